using Microsoft.Extensions.Logging;

namespace Cellway.Manager.View;

/// <summary>Event ids 1000–1009.</summary>
internal sealed partial class ViewLog(ILogger<ViewLog> logger)
{
    [LoggerMessage(1000, LogLevel.Warning, "The watch of the state failed; trying again in a second")]
    public partial void WatchFailed(Exception exception);

    [LoggerMessage(1001, LogLevel.Error, "The record {Key} cannot be read: it counts as missing and what depends on it is refused. Restore it from a backup, or delete it")]
    public partial void Unreadable(string key);

    [LoggerMessage(1002, LogLevel.Critical, "This replica stops: {Reason}")]
    public partial void Failed(string reason);

    [LoggerMessage(1003, LogLevel.Warning, "The state cannot be reached: an operator is shown what this replica saw last")]
    public partial void AnsweredFromView(Exception exception);
}
