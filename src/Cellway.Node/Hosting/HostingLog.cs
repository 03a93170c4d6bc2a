using Microsoft.Extensions.Logging;

namespace Cellway.Node.Hosting;

/// <summary>Every log line of a node's start. Event ids 2400 to 2499; a retired id is never reused.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(2400, LogLevel.Information, "TLS is done by OpenSSL {Version}.")]
    public static partial void TlsLibrary(ILogger logger, Version version);

    [LoggerMessage(2403, LogLevel.Warning, "Other users of this machine could read {File}; it is closed now. If one of them may have, revoke this node and join anew.")]
    public static partial void WasOpen(ILogger logger, string file);

    [LoggerMessage(2401, LogLevel.Warning,
        "OpenSSL {Version} encrypts without vector AES-GCM, which costs about a third of this node's CPU: use an image or a system with OpenSSL 3.2 or newer, like Debian 13.")]
    public static partial void SlowTlsLibrary(ILogger logger, Version version);
}
