using Microsoft.Extensions.Logging;

namespace Cellway.Manager.Routing;

/// <summary>Event ids 1170–1179.</summary>
internal sealed partial class RoutingLog(ILogger<RoutingLog> logger)
{
    [LoggerMessage(1170, LogLevel.Warning, "Cell {Cell} has no Core of its own that its devices can use: they are lent other cells', as far as those lend")]
    public partial void Away(string cell);

    [LoggerMessage(1171, LogLevel.Information, "Cell {Cell} is well: {Share} of {Whole} parts of its devices are at home")]
    public partial void Returning(string cell, int share, int whole);
}
