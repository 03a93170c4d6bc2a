using System.Net;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2;

namespace Cellway.DataPlane.Front;

/// <summary>Where a listener listens, and its limits. Every default is nginx's or Debian's.</summary>
internal sealed record FrontOptions
{
    /// <summary>The endpoint. Port 0 picks a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>
    /// Speak without TLS, to a web server on this machine that ends it: HTTP/2 with prior knowledge, or HTTP/1. The endpoint must
    /// then be a loopback address.
    /// </summary>
    public bool IsCleartext { get; init; }

    /// <summary>How long a connection may take for the TLS handshake: nginx's client_header_timeout, 60 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many connections may be open; more are closed as they come. Default 50,000: an idle one costs a few kilobytes.</summary>
    public int MaxConnections { get; init; } = 50_000;

    /// <summary>Connections the system keeps until they are accepted. nginx: 511.</summary>
    public int Backlog { get; init; } = 511;

    /// <summary>Limits of HTTP/1.</summary>
    public Http1Options Http1 { get; init; } = new();

    /// <summary>Limits and looks of HTTP/2.</summary>
    public Http2Options Http2 { get; init; } = Http2Options.NginxServer;

    /// <summary>The options of a listener with these timers.</summary>
    public static FrontOptions Of(IPEndPoint listen, WebTimers timers) => new()
    {
        Listen = listen,
        HandshakeTimeout = timers.Header,
        Http1 = new() { HeaderTimeout = timers.Header, KeepAliveTimeout = timers.KeepAlive, LingerTimeout = timers.Linger },
        Http2 = Http2Options.NginxServer with { HeaderTimeout = timers.Header, IdleTimeout = timers.KeepAlive, LingerTimeout = timers.Linger },
    };
}
