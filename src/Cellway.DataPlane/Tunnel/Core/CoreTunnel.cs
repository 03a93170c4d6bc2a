using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using Cellway.DataPlane.Dialing;
using Cellway.DataPlane.Mux;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Udp;
using Cellway.DataPlane.Vless;
using Cellway.Model.Devices;
using Cellway.Model.Identities;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>What the tunnels of one Core dial and use, and those of them that carry packets; <see cref="TcpTunnel"/> is the other kind.</summary>
internal sealed class CoreTunnel : IAsyncDisposable
{
    // How long a client that takes nothing may hold up the end of its stream.
    private static readonly TimeSpan s_closing = TimeSpan.FromSeconds(5);

    private readonly CoreServerOptions _options;
    private readonly Dialer _dialer;
    private readonly SessionTable _sessions;
    private readonly TunnelMetrics _metrics;
    private readonly UdpSessions _udp;
    private readonly RoamingSessions _roaming;
    private readonly MuxServices _mux;
    private readonly Func<RouteId, IByteCounter> _counterOf;
    private readonly ConcurrentDictionary<RouteId, DeviceUse> _devices = new();
    private volatile FrozenDictionary<RouteId, DeviceLimits> _limits = FrozenDictionary<RouteId, DeviceLimits>.Empty;

    public CoreTunnel(CoreServerOptions options, Func<RouteId, IByteCounter> counterOf, Dialer dialer, HostLookup lookup, SessionTable sessions, TunnelMetrics metrics)
    {
        (_options, _counterOf, _dialer, _sessions, _metrics) = (options, counterOf, dialer, sessions, metrics);
        _udp = new(sessions, lookup, options.UdpIdleTimeout, options.UdpFromAnyone);
        _roaming = new(_udp, options.RoamingSessionsPerDevice);
        _mux = new(sessions, _udp, _roaming, DialAsync, new()
        {
            BufferedBytes = options.MuxBufferedBytes,
            EmptyTimeout = options.MuxEmptyTimeout,
            IdleTimeout = options.IdleTimeout,
            HalfCloseTimeout = _options.HalfCloseTimeout,
        });
    }

    public IReadOnlyList<RouteTraffic> Traffic => [.. _devices.Select(d => new RouteTraffic(d.Key, d.Value.Traffic.Up, d.Value.Traffic.Down))];

    /// <summary>Waits for what outlives its streams; the table of sessions cuts it.</summary>
    public ValueTask DisposeAsync() => _roaming.DisposeAsync();

    /// <returns>Whether the call was a tunnel; if not, nothing has been answered.</returns>
    /// <exception cref="OperationCanceledException">The Entry's stream is gone.</exception>
    public async Task<bool> RunAsync(ITunnelCall call, Hash256 entryKey, Func<SessionOwner, bool> serves)
    {
        var uplink = new CoreUplink(call.Input);
        if (await ReadHeaderAsync(uplink, call) is not { } request
            || new SessionOwner(request.Id, entryKey) is var owner && !serves(owner))
        {
            _metrics.Refused();
            return false;
        }

        var device = DeviceOf(request.Id);
        using var session = _sessions.Open(owner, IdleTimeoutOf(request.Command), device.Traffic, call.Aborted);
        if (!serves(owner))
        {
            return false; // taken away between the check and the opening, so that nobody would have cut it
        }

        call.Accept();
        await call.SendHeadAsync(session.Stop); // the Entry waits for it; the client does not
        if (!device.TryOpen())
        {
            _metrics.Opened(TimeSpan.Zero, "limited");
            await EndAsync(call);
            return true;
        }

        try
        {
            await ServeAsync(call, request, uplink, session, device);
        }
        finally
        {
            uplink.Release();
            device.Close();
        }

        return true;
    }

    /// <summary>What a route's device uses.</summary>
    public DeviceUse DeviceOf(RouteId route) =>
        _devices.GetOrAdd(route, static (route, tunnel) => new(tunnel.LimitsOf(route), tunnel._counterOf(route), tunnel._sessions.Time), this);

    /// <summary>Sets what management allows devices; sessions there are keep to new rates at once.</summary>
    public void Limit(FrozenDictionary<RouteId, DeviceLimits> limits)
    {
        _limits = limits;
        foreach (var (route, device) in _devices)
        {
            device.Limit(LimitsOf(route));
        }
    }

    private DeviceLimits LimitsOf(RouteId route) =>
        _limits.TryGetValue(route, out var limits) ? _options.DeviceLimits.And(limits) : _options.DeviceLimits;

    private Task ServeAsync(ITunnelCall call, VlessRequest request, CoreUplink uplink, Session session, DeviceUse device) => request switch
    {
        { Command: VlessCommand.Mux } => RunMuxAsync(call, uplink, session, device),
        { Command: VlessCommand.Udp, Target: { } target } => RunUdpAsync(call, target, uplink, session, device),
        _ => throw new ArgumentException("A request for nothing.", nameof(request)),
    };

    private TimeSpan IdleTimeoutOf(VlessCommand command) => command switch
    {
        VlessCommand.Udp => _options.UdpIdleTimeout,
        VlessCommand.Mux => TimeSpan.MaxValue, // its sessions have limits of their own
        _ => throw new ArgumentOutOfRangeException(nameof(command)),
    };

    private async Task RunUdpAsync(ITunnelCall call, EndPoint target, CoreUplink uplink, Session session, DeviceUse device)
    {
        using var udp = target == VlessHost.Nowhere ? null : _udp.TryMake(session, device);
        if (udp is null)
        {
            await EndAsync(call);
            return;
        }

        var sink = new HunkSink(call.Output);
        var isWell = await UdpTunnel.RunAsync(udp, target, _options.HalfCloseTimeout, device, uplink, sink);
        await EndAsync(call, sink, isWell);
    }

    private async Task RunMuxAsync(ITunnelCall call, CoreUplink uplink, Session session, DeviceUse device)
    {
        var sink = new HunkSink(call.Output);
        bool isWell;
        await using (var mux = new MuxTunnel(_mux, session, device, uplink, sink))
        {
            isWell = await mux.RunAsync();
        }

        await EndAsync(call, sink, isWell);
    }

    private static Task EndAsync(ITunnelCall call)
    {
        HunkSink.WriteHeaderAlone(call.Output);
        return call.CompleteAsync();
    }

    /// <summary>Ends the response once nobody writes to it any more.</summary>
    private async Task EndAsync(ITunnelCall call, HunkSink sink, bool isWell)
    {
        using var limit = new CancellationTokenSource(s_closing, _sessions.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, call.Aborted);
        try
        {
            await sink.CloseAsync(isWell ? both.Token : new(canceled: true));
            sink.WriteHeaderIfNone();
            await call.CompleteAsync();
        }
        catch (OperationCanceledException)
        {
            call.Reset();
        }
    }

    private async Task<VlessRequest?> ReadHeaderAsync(CoreUplink uplink, ITunnelCall call)
    {
        using var limit = new CancellationTokenSource(_options.HeaderTimeout, _sessions.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, call.Aborted);
        try
        {
            return await uplink.ReadHeaderAsync(both.Token);
        }
        catch (OperationCanceledException) when (!call.Aborted.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Connects to a destination.</summary>
    /// <returns><see langword="null"/> when that is not possible, or not allowed.</returns>
    public async Task<Socket?> DialAsync(EndPoint target, CancellationToken stop)
    {
        var started = _sessions.Time.GetTimestamp();
        var result = await _dialer.ConnectAsync(target, stop);
        _metrics.Opened(_sessions.Time.GetElapsedTime(started), OutcomeOf(result.Status));
        return result.Socket;
    }

    private static string OutcomeOf(DialStatus status) => status switch
    {
        DialStatus.Connected => "ok",
        DialStatus.Denied => "denied",
        DialStatus.Unresolved => "unresolved",
        DialStatus.TimedOut => "timeout",
        _ => "failed",
    };
}
