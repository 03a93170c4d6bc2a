using System.Collections.Frozen;
using System.Net;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Front;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Tunnel.Entry.Reach;
using Cellway.DataPlane.Tunnel.Hosting;
using Cellway.Model.Health;
using Cellway.Model.Identities;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>The front relay: takes VLESS over gRPC from clients and passes it on to Cores.</summary>
public sealed class EntryServer : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SessionTable _sessions;
    private readonly RouteCache _routes;
    private readonly Http2Sweeper _sweeper;
    private readonly CorePools _cores;
    private readonly ReachBoard _reach;
    private readonly ArrivalBoard _arrivals;
    private readonly EntryTunnels _tunnels;
    private readonly SubscriptionHandler _subscriptions;
    private readonly EntrySite _site;
    private readonly Swapped<EntrySnapshot> _snapshot = new();
    private FrontDoor? _door;
    private volatile FrozenSet<Hash256> _revoked = FrozenSet<Hash256>.Empty;

    private EntryServer(EntryServerOptions options, EntryServerServices services)
    {
        _time = services.Time;
        _logger = services.Logging.CreateLogger<EntryServer>();
        _sessions = new(_time);
        _routes = new(services.Routes, options.RouteGrace, _time);
        _sweeper = new(_time);
        _cores = new(new CoreConnector(options.OutboundAddress, services.NetworkCertificate, key => _revoked.Contains(key)), options.OpenTimeout, _sweeper, _logger);
        _subscriptions = new(services.Subscriptions, _time);
        _site = new(_snapshot, CoverSite.Load(options.Cover), _subscriptions, options.BehindWebServer, _time, _logger);
        _reach = new(options.Reach, _cores, route => _tunnels!.CoreNameOf(route), _sweeper, _logger);
        _cores.ConnectionLost = _reach.Doubt;
        _arrivals = new(options.Reach, () => _reach.IsWell, _time);
        _tunnels = new(
            options,
            _routes,
            _cores,
            () => _snapshot.Value.CoreNames,
            _reach,
            _arrivals,
            _sessions,
            new(services.Meters, "cellway.entry", "core.open", _sessions),
            _site,
            _logger);
        _site.Tunnels = _tunnels;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint => _door!.Endpoint;

    /// <summary>Totals since the start.</summary>
    public TunnelCounters Counters => new(_sessions.Active, _sessions.Total, _sessions.Bytes.Up, _sessions.Bytes.Down);

    /// <summary>Starts listening. Without a face yet, handshakes wait for the first <see cref="Apply"/>.</summary>
    /// <exception cref="IOException">The endpoint is in use or not this machine's.</exception>
    /// <exception cref="ArgumentException">The face has no cell, or one without a private key.</exception>
    public static async Task<EntryServer> StartAsync(
        EntryServerOptions options, EntryServerServices services, EntryFace? face, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        var server = new EntryServer(options, services);
        if (face is not null)
        {
            server.Apply(face);
        }

        try
        {
            server._door = new(FrontOptions.Of(options.Listen, options.Timers) with { IsCleartext = options.BehindWebServer }, server._site, server._time, server._logger);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        EntryLog.Started(server._logger, server.Endpoint.Port);
        return server;
    }

    /// <summary>Replaces what management has said, at once and as a whole. Sessions go on, but for those to Cores whose keys are revoked.</summary>
    /// <exception cref="ArgumentException">The face has no cell, or one without a private key; the old face stays.</exception>
    public void Apply(EntryFace face)
    {
        var snapshot = new EntrySnapshot(face);
        _snapshot.Set(snapshot);
        _arrivals.Apply(snapshot);
        _revoked = face.RevokedKeys;
        foreach (var core in _cores.WithKeys(face.RevokedKeys))
        {
            CloseSessionsTo(core);
        }
    }

    /// <summary>What this Entry finds of Cores or of its clients' arrivals has changed. Handlers must not wait.</summary>
    public event Action? FindingsChanged
    {
        add
        {
            _reach.Changed += value;
            _arrivals.Changed += value;
        }

        remove
        {
            _reach.Changed -= value;
            _arrivals.Changed -= value;
        }
    }

    /// <summary>What it finds of the Cores in use.</summary>
    public IReadOnlyList<CoreFinding> CoreFindings() => _reach.Findings();

    /// <summary>How clients come in, by cells.</summary>
    public IReadOnlyList<ArrivalsFinding> ArrivalsFindings() => _arrivals.Findings();

    /// <summary>Connects to a Core as a session would, and has it give back as many bytes as show a connection that freezes.</summary>
    /// <returns><see langword="null"/> when all was well, else what was wrong, without addresses or secrets.</returns>
    /// <exception cref="OperationCanceledException">The token fired first.</exception>
    public async Task<string?> ProbeAsync(CoreRoute route, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(route);
        if (_revoked.Contains(route.CertificateKeyHash))
        {
            return "The Core's certificate has been revoked."; // without a handshake: there are few of them
        }

        var result = await _reach.TryAsync(route, cancellationToken);
        return result.Reach is { } reach && reach.Carries() ? null : result.Error ?? "It could not be told yet: no more handshakes are allowed now.";
    }

    /// <summary>Tries a Core now, and ends the sessions that hang there if it carries nothing.</summary>
    public void Doubt(string coreId)
    {
        _routes.ForgetCore(coreId); // management has others
        _reach.Doubt(coreId);
    }

    /// <summary>Cuts every session that goes through a Core, and forgets connections and routes to it.</summary>
    public void CloseSessionsTo(string coreId)
    {
        ArgumentNullException.ThrowIfNull(coreId);
        EntryLog.ClosingCore(_logger, coreId);
        _routes.ForgetCore(coreId);
        _sessions.CutWhere(s => coreId.Equals(s.Owner));
        _cores.Close(coreId);
    }

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
        _arrivals.Dispose();
        _reach.Dispose();
        _subscriptions.Dispose();
        _cores.Dispose();
        _routes.Dispose();
        _sweeper.Dispose();
    }
}
