using Microsoft.Extensions.Logging;

namespace Cellway.Manager.PhoneHome;

/// <summary>Event ids 1100–1119.</summary>
internal sealed partial class PhoneHomeLog(ILogger<PhoneHomeLog> logger)
{
    [LoggerMessage(1100, LogLevel.Information, "{Role} {Node} attached, version {Version}, holding revision {Revision}")]
    public partial void Attached(string role, string node, string version, long revision);

    [LoggerMessage(1101, LogLevel.Information, "{Node} left")]
    public partial void Left(string node);

    [LoggerMessage(1102, LogLevel.Warning, "The stream of {Node} ended without a farewell")]
    public partial void StreamBroke(string node);

    [LoggerMessage(1103, LogLevel.Warning, "{Node} refused the update to revision {Revision}: {Reason}")]
    public partial void UpdateRefused(string node, long revision, string reason);

    [LoggerMessage(1104, LogLevel.Information, "Core {Core} is ready: {Entry} reached it in {Milliseconds} ms")]
    public partial void CoreReady(string core, string entry, uint milliseconds);

    [LoggerMessage(1105, LogLevel.Warning, "Core {Core} is not ready: {Entry} reports: {Reason}")]
    public partial void ProbeFailed(string core, string entry, string reason);
}
