using System.Net;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Dialing;
using Cellway.DataPlane.Front;
using Cellway.DataPlane.Relay;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>Where a Core listens, where it may dial, and its limits.</summary>
public sealed record CoreServerOptions
{
    /// <summary>Where Entries and strangers connect. Port 0 picks a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>The network's id; Entries of another one are refused.</summary>
    public required string NetworkId { get; init; }

    /// <summary>Where it may dial. Default: the open internet only.</summary>
    public ExitPolicyOptions ExitPolicy { get; init; } = new();

    /// <summary>The site that strangers see.</summary>
    public CoverOptions Cover { get; init; } = new();

    /// <summary>How long strangers are waited for.</summary>
    public WebTimers Timers { get; init; } = new();

    /// <summary>
    /// A web server on this machine that strangers' connections are passed on to, unopened and behind a PROXY header.
    /// <see langword="null"/> (default): <see cref="Cover"/>.
    /// </summary>
    public IPEndPoint? StrangersTo { get; init; }

    /// <summary>How long an Entry may take to bring a whole VLESS header. Default 60 s (wire.md 7.4).</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long finding and connecting to a destination may take. Default 15 s.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a session may be silent both ways. Default 300 s (wire.md 1.8).</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How long a destination may be silent once the client has sent its last byte. Default 30 s (wire.md 1.8).</summary>
    public TimeSpan HalfCloseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a UDP session may be silent both ways. Default 120 s, the least that RFC 4787 asks of a NAT.</summary>
    public TimeSpan UdpIdleTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Whether a UDP session that can name senders takes datagrams from anyone (full cone). Default yes, as Xray does (wire.md 3.5).</summary>
    public bool UdpFromAnyone { get; init; } = true;

    /// <summary>How long a mux connection stays open without a session. Default 90 s (wire.md 3.8).</summary>
    public TimeSpan MuxEmptyTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>The most bytes that a mux connection holds for slow destinations before it stops reading. Default 1 MiB.</summary>
    public int MuxBufferedBytes { get; init; } = 1024 * 1024;

    /// <summary>The most UDP sessions of a device that can move between connections. Default 64; more are refused.</summary>
    public int RoamingSessionsPerDevice { get; init; } = 64;

    /// <summary>What one device may use at once. Default no limits.</summary>
    public DeviceLimits DeviceLimits { get; init; } = DeviceLimits.None;
}
