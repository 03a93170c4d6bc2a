using Cellway.Model.Health;
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

    [LoggerMessage(1190, LogLevel.Warning, "Which Cores live although Entries have lost them could not be written; trying again")]
    public partial void LifeSignsNotWritten(Exception exception);

    [LoggerMessage(1106, LogLevel.Warning, "{Node} has been silent for too long: it counts as offline")]
    public partial void Silent(string node);

    [LoggerMessage(1107, LogLevel.Warning, "The sessions of attached nodes could not be kept in the state; trying again")]
    public partial void SessionsNotKept(Exception exception);

    [LoggerMessage(1108, LogLevel.Warning, "The lease of this replica's sessions has ended: it was away from the state for too long. Writing them anew")]
    public partial void SessionsLost();

    [LoggerMessage(1110, LogLevel.Warning, "What {Entry} finds could not be written down; trying again")]
    public partial void ReportNotWritten(string entry, Exception exception);

    [LoggerMessage(1111, LogLevel.Warning, "Core {Core} is out of the routes: {Against} of {Witnesses} Entries find it {Reach}")]
    public partial void CoreOut(string core, int against, int witnesses, CoreReach reach);

    [LoggerMessage(1112, LogLevel.Information, "The load of Core {Core} halves its share of devices {Halvings} times")]
    public partial void Loaded(string core, int halvings);

    [LoggerMessage(1113, LogLevel.Error, "A {Question} of {Entry} could not be answered")]
    public partial void QuestionFailed(string entry, string question, Exception exception);

    [LoggerMessage(1109, LogLevel.Information, "Stopping: {Count} nodes are sent to other replicas")]
    public partial void Draining(int count);
}
