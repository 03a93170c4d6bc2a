using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>Every log line of the Core's data plane. Event ids 1350 to 1399; a retired id is never reused.</summary>
internal static partial class CoreLog
{
    [LoggerMessage(1350, LogLevel.Information, "Listening on port {Port}.")]
    public static partial void Started(ILogger logger, int port);

    [LoggerMessage(1351, LogLevel.Warning, "A client at a trusted Entry address showed a certificate that is not one of this network's Entries.")]
    public static partial void EntryRefused(ILogger logger);

    [LoggerMessage(1352, LogLevel.Error, "A request failed in an unexpected way.")]
    public static partial void Unexpected(ILogger logger, Exception exception);
}
