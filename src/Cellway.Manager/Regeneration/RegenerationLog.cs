using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Regeneration;

/// <summary>Event ids 1720–1729.</summary>
internal sealed partial class RegenerationLog(ILogger<RegenerationLog> logger)
{
    [LoggerMessage(1720, LogLevel.Information, "The regeneration of cell {Cell} into {Successor} is {Step}")]
    public partial void Stepped(string cell, string successor, string step);

    [LoggerMessage(1721, LogLevel.Warning, "The regeneration of cell {Cell} could not go on; trying again")]
    public partial void Stuck(string cell, Exception exception);
}
