using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Backups;

/// <summary>Event ids 2900–2919.</summary>
internal sealed partial class BackupLog(ILogger<BackupLog> logger)
{
    [LoggerMessage(2900, LogLevel.Warning, "A backup that an operator asked for broke off")]
    public partial void DownloadBroken(Exception exception);

    [LoggerMessage(2901, LogLevel.Information, "The backup {Name} of {Length} bytes is at {Destinations} destinations")]
    public partial void ScheduledMade(string name, long length, int destinations);

    [LoggerMessage(2902, LogLevel.Error, "The backup {Name} failed, or is not everywhere it should be; it is tried again in 5 minutes: {Reason}")]
    public partial void ScheduledFailed(string name, string reason);
}
