using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Relay;
using Cellway.Model.Devices;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>What the tunnels of one Core share, and the sweep over those whose header is not there yet.</summary>
internal sealed class CoreTunnels : IDisposable
{
    private static readonly TimeSpan s_sweepEvery = TimeSpan.FromSeconds(1);

    private readonly CoreTunnel _tunnel;
    private readonly ConcurrentDictionary<CoreOpening, byte> _opening = new();
    private readonly ITimer _sweep;

    public CoreTunnels(
        CoreServerOptions options,
        CoreTunnel tunnel,
        SessionTable sessions,
        TunnelMetrics metrics,
        IHttp1Site site,
        Func<SessionOwner, bool> serves,
        ILogger logger)
    {
        (Options, _tunnel, Sessions, Metrics, Site, Serves, Logger) = (options, tunnel, sessions, metrics, site, serves, logger);
        _sweep = sessions.Time.CreateTimer(static tunnels => ((CoreTunnels)tunnels!).Sweep(), this, s_sweepEvery, s_sweepEvery);
    }

    public CoreServerOptions Options { get; }

    public SessionTable Sessions { get; }

    public TunnelMetrics Metrics { get; }

    public IHttp1Site Site { get; }

    public ILogger Logger { get; }

    /// <summary>Whether an owner may have sessions now.</summary>
    public Func<SessionOwner, bool> Serves { get; }

    public TimeProvider Time => Sessions.Time;

    public void Add(CoreOpening opening) => _opening.TryAdd(opening, 0);

    public void Remove(CoreOpening opening) => _opening.TryRemove(opening, out _);

    public DeviceUse DeviceOf(RouteId route) => _tunnel.DeviceOf(route);

    public Task<Socket?> DialAsync(EndPoint target, CancellationToken stop) => _tunnel.DialAsync(target, stop);

    /// <summary>Runs what is no TCP connection.</summary>
    public Task<bool> RunAsync(ITunnelCall call, SessionOwner owner) => _tunnel.RunAsync(call, owner.EntryKey, Serves);

    public void Dispose() => _sweep.Dispose();

    private void Sweep()
    {
        foreach (var (opening, _) in _opening)
        {
            opening.CheckTime();
        }
    }
}
