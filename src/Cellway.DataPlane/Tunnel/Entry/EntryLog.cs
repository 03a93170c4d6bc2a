using Cellway.Model.Health;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Every log line of the Entry's data plane. Event ids 1400 to 1449; a retired id is never reused.</summary>
internal static partial class EntryLog
{
    [LoggerMessage(1400, LogLevel.Information, "Listening on port {Port}.")]
    public static partial void Started(ILogger logger, int port);

    [LoggerMessage(1401, LogLevel.Warning, "Core {CoreId} did not take a tunnel: {Outcome}.")]
    public static partial void CoreNotOpened(ILogger logger, string coreId, string outcome);

    [LoggerMessage(1402, LogLevel.Information, "Closing sessions to Core {CoreId}.")]
    public static partial void ClosingCore(ILogger logger, string coreId);

    [LoggerMessage(1404, LogLevel.Information, "Core {CoreId} is {Reach} from here.")]
    public static partial void ReachChanged(ILogger logger, string coreId, CoreReach reach);

    [LoggerMessage(1403, LogLevel.Error, "A request failed in an unexpected way.")]
    public static partial void Unexpected(ILogger logger, Exception exception);
}
