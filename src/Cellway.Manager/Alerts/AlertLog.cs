using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Alerts;

/// <summary>Event ids 1610–1619.</summary>
internal sealed partial class AlertLog(ILogger<AlertLog> logger)
{
    [LoggerMessage(1610, LogLevel.Warning, "{Alert}: {Message}")]
    public partial void Raised(string alert, string message);

    [LoggerMessage(1611, LogLevel.Warning, "What should be said to operators could not be read; trying again")]
    public partial void Failed(Exception exception);
}
