using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Backups;

/// <summary>Event ids 2900–2919.</summary>
internal sealed partial class BackupLog(ILogger<BackupLog> logger)
{
    [LoggerMessage(2900, LogLevel.Warning, "A backup that an operator asked for broke off")]
    public partial void DownloadBroken(Exception exception);
}
