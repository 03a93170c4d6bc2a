using Microsoft.Extensions.Logging;

namespace Cellway.Node.Hosting;

/// <summary>Every log line of a node's start. Event ids 2400 to 2499; a retired id is never reused.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(2400, LogLevel.Information, "TLS is done by OpenSSL {Version}.")]
    public static partial void TlsLibrary(ILogger logger, Version version);

    [LoggerMessage(2401, LogLevel.Warning,
        "OpenSSL {Version} encrypts without vector AES-GCM, which costs about a third of this node's CPU: use an image or a system with OpenSSL 3.2 or newer, like Debian 13.")]
    public static partial void SlowTlsLibrary(ILogger logger, Version version);
}
