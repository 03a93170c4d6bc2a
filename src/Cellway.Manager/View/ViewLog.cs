using Microsoft.Extensions.Logging;

namespace Cellway.Manager.View;

/// <summary>Event ids 1000–1009.</summary>
internal sealed partial class ViewLog(ILogger<ViewLog> logger)
{
    [LoggerMessage(1000, LogLevel.Warning, "The watch of the state failed; trying again in a second")]
    public partial void WatchFailed(Exception exception);
}
