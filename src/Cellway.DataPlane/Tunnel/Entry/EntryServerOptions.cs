using System.Net;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Front;
using Cellway.DataPlane.Tunnel.Entry.Reach;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Where an Entry listens, and its limits.</summary>
public sealed record EntryServerOptions
{
    /// <summary>Where clients connect. Port 0 picks a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>The local address of connections to Cores; <see langword="null"/> (default) lets the system choose.</summary>
    public IPAddress? OutboundAddress { get; init; }

    /// <summary>The site that strangers see.</summary>
    public CoverOptions Cover { get; init; } = new();

    /// <summary>How long strangers are waited for.</summary>
    public WebTimers Timers { get; init; } = new();

    /// <summary>
    /// Clients come through a web server on this machine, which ends TLS and passes tunnels and subscriptions on without it. Default no.
    /// <see cref="Listen"/> must then be a loopback address.
    /// </summary>
    public bool BehindWebServer { get; init; }

    /// <summary>How long a connection may take to bring its VLESS id. Default 60 s, a web server's body timeout (wire.md 7.4).</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How it finds out which Cores carry sessions.</summary>
    public ReachOptions Reach { get; init; } = new();

    /// <summary>How long one Core may take to answer before the next is tried. Default 8 s.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long a device's routes outlive its last session, 60 s at most. Default 60 s (architecture.md 6).</summary>
    public TimeSpan RouteGrace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a session may be silent. Default 330 s: the Core, which gives up after 300, should be first.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(330);
}
