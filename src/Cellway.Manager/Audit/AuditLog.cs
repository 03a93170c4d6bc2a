using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Audit;

/// <summary>Event ids 1600–1609.</summary>
internal sealed partial class AuditLog(ILogger<AuditLog> logger)
{
    [LoggerMessage(1600, LogLevel.Warning, "That “{What}” was {Outcome} could not be written into the audit log")]
    public partial void NotWritten(string what, string outcome, Exception exception);

    [LoggerMessage(1601, LogLevel.Warning, "An act under {Key} cannot be read; the audit log says so in its place")]
    public partial void Unreadable(string key);
}
