using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Front;

/// <summary>Every log line of the listener. Event ids 1450 to 1459; a retired id is never reused.</summary>
internal static partial class FrontLog
{
    [LoggerMessage(1450, LogLevel.Error, "A connection failed unexpectedly.")]
    public static partial void Unexpected(ILogger logger, Exception exception);

    [LoggerMessage(1451, LogLevel.Warning, "A connection could not be accepted: {Error}.")]
    public static partial void AcceptFailed(ILogger logger, System.Net.Sockets.SocketError error);

    [LoggerMessage(1452, LogLevel.Debug, "A TLS handshake failed.")]
    public static partial void HandshakeFailed(ILogger logger);

    [LoggerMessage(1453, LogLevel.Warning, "The web server that strangers are passed on to does not answer ({Error}): they meet a closed door until it does.")]
    public static partial void SiteDown(ILogger logger, System.Net.Sockets.SocketError error);

    [LoggerMessage(1454, LogLevel.Information, "The web server that strangers are passed on to answers again.")]
    public static partial void SiteUp(ILogger logger);
}
