using Cellway.DataPlane.Http2.Frames;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Http2;

/// <summary>Every log line of the HTTP/2 layer. Event ids 1460 to 1469; a retired id is never reused.</summary>
/// <remarks>Addresses, paths and header fields are never parameters here.</remarks>
internal static partial class Http2Log
{
    [LoggerMessage(1460, LogLevel.Debug, "A connection was ended by GOAWAY {Code}.")]
    public static partial void Failed(ILogger logger, Http2ErrorCode code);

    [LoggerMessage(1461, LogLevel.Error, "A stream handler threw; its connection was cut.")]
    public static partial void HandlerThrew(ILogger logger, Exception exception);

    [LoggerMessage(1462, LogLevel.Debug, "A connection was cut: {Reason}.")]
    public static partial void Cut(ILogger logger, string reason);
}
