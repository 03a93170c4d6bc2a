using System.Collections.Concurrent;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Tunnel.Entry.Reach;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>What the tunnels of one Entry share, and the sweep over those that are still opening.</summary>
internal sealed class EntryTunnels : IDisposable
{
    private static readonly TimeSpan s_sweepEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<EntryOpening, byte> _opening = new();
    private readonly ITimer _sweep;

    private readonly Func<CoreNames> _names;

    public EntryTunnels(
        EntryServerOptions options,
        RouteCache routes,
        ICorePools cores,
        Func<CoreNames> names,
        ReachBoard reach,
        ArrivalBoard arrivals,
        SessionTable sessions,
        TunnelMetrics metrics,
        IHttp1Site site,
        ILogger logger)
    {
        _names = names;
        (Options, Routes, Cores, Reach, Arrivals, Sessions, Metrics, Site, Logger) = (options, routes, cores, reach, arrivals, sessions, metrics, site, logger);
        _sweep = sessions.Time.CreateTimer(static tunnels => ((EntryTunnels)tunnels!).Sweep(), this, s_sweepEvery, s_sweepEvery);
    }

    public EntryServerOptions Options { get; }

    public RouteCache Routes { get; }

    public ICorePools Cores { get; }

    /// <summary>Which Cores carry sessions.</summary>
    public ReachBoard Reach { get; }

    /// <summary>How clients come in.</summary>
    public ArrivalBoard Arrivals { get; }

    public SessionTable Sessions { get; }

    public DeviceAddresses Addresses { get; } = new();

    public TunnelMetrics Metrics { get; }

    public IHttp1Site Site { get; }

    public ILogger Logger { get; }

    public TimeProvider Time => Sessions.Time;

    /// <summary>How many streams have not been taken by a Core yet.</summary>
    public int Opening => _opening.Count;

    /// <summary>What to ask a route's Core for now.</summary>
    public string? CoreNameOf(CoreRoute route) => _names().Find(route.CellId, Time.GetUtcNow());

    public void Add(EntryOpening opening) => _opening.TryAdd(opening, 0);

    public void Remove(EntryOpening opening) => _opening.TryRemove(opening, out _);

    public void Dispose() => _sweep.Dispose();

    private void Sweep()
    {
        foreach (var (opening, _) in _opening)
        {
            opening.CheckTime();
        }
    }
}
