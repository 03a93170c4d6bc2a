using System.Net;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Dialing;
using Cellway.DataPlane.Front;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Tunnel.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>The exit: takes tunnels from Entries and dials destinations.</summary>
public sealed class CoreServer : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SessionTable _sessions;
    private readonly CoreTunnel _tunnel;
    private readonly CoreTunnels _tunnels;
    private readonly CoreSite _site;
    private readonly Swapped<CoreSnapshot> _snapshot = new();
    private FrontDoor? _door;

    private CoreServer(CoreServerOptions options, CoreServerServices services)
    {
        _time = services.Time;
        _logger = services.Logging.CreateLogger<CoreServer>();
        _sessions = new(_time);
        var policy = new ExitPolicy(options.ExitPolicy, OwnAddresses.Find(options.Listen.Address));
        var dialer = new Dialer(policy, services.Resolver, options.DialTimeout, _time);
        var lookup = new HostLookup(policy, services.Resolver, options.DialTimeout, _time);
        var metrics = new TunnelMetrics(services.Meters, "cellway.core", "dial", _sessions);
        _tunnel = new(options, services.CounterOf, dialer, lookup, _sessions, metrics);
        _site = new(_snapshot, new(options, services, _logger), CoverSite.Load(options.Cover), options.StrangersTo, _time);
        _tunnels = new(options, _tunnel, _sessions, metrics, _site, owner => _snapshot.Value.Serves(owner), _logger);
        _site.Tunnels = _tunnels;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint => _door!.Endpoint;

    /// <summary>Totals since the start.</summary>
    public TunnelCounters Counters => new(_sessions.Active, _sessions.Total, _sessions.Bytes.Up, _sessions.Bytes.Down);

    /// <summary>Starts listening. Without a face yet, handshakes wait for the first <see cref="Apply"/>.</summary>
    /// <exception cref="IOException">The endpoint is in use or not this machine's.</exception>
    /// <exception cref="ArgumentException">The face's web certificate has no private key.</exception>
    public static async Task<CoreServer> StartAsync(
        CoreServerOptions options, CoreServerServices services, CoreFace? face, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        var server = new CoreServer(options, services);
        if (face is not null)
        {
            server.Apply(face);
        }

        try
        {
            server._door = new(FrontOptions.Of(options.Listen, options.Timers), server._site, server._time, server._logger);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        CoreLog.Started(server._logger, server.Endpoint.Port);
        return server;
    }

    /// <summary>Replaces what it serves, at once and as a whole; cuts sessions of newly revoked Entries and of routes taken away.</summary>
    /// <exception cref="ArgumentException">The face's web certificate has no private key; the old face stays.</exception>
    public void Apply(CoreFace face)
    {
        ArgumentNullException.ThrowIfNull(face);
        var snapshot = new CoreSnapshot(face);
        _snapshot.Set(snapshot);
        _tunnel.Limit(face.Limits);
        _sessions.CutWhere(s => !snapshot.Serves((SessionOwner)s.Owner));
    }

    /// <summary>The bytes of every route that carried any since the start.</summary>
    public IReadOnlyList<RouteTraffic> Traffic() => _tunnel.Traffic;

    /// <summary>Stops accepting connections and waits for the sessions to end, cutting those that remain at the limit.</summary>
    public Task DrainAsync(TimeSpan limit, CancellationToken cancellationToken) => _door!.DrainAsync(limit, cancellationToken);

    /// <summary>Whether it accepts no connections, because of a drain.</summary>
    public bool IsDraining => _door is { IsDraining: true };

    /// <summary>Accepts connections again after a drain, at the same endpoint.</summary>
    /// <exception cref="IOException">Somebody else listens there by now.</exception>
    public void Reopen() => _door!.Reopen();

    /// <summary>Cuts what is left and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _sessions.Dispose();
        if (_door is not null)
        {
            await _door.DisposeAsync();
        }

        _tunnels.Dispose();
        await _tunnel.DisposeAsync();
    }
}
