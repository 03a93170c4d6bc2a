using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Cellway.DataPlane.Dialing;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Vless;
using Cellway.Model.Devices;
using Cellway.Model.Identities;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>Runs the tunnels of one Core.</summary>
internal sealed class CoreTunnel(CoreServerOptions options, Dialer dialer, SessionTable sessions, TunnelMetrics metrics)
{
    // What a client may still be sending when the destination has ended (wire.md 1.8).
    private static readonly TimeSpan s_uplinkOnly = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<RouteId, ByteCounter> _traffic = new();

    public IReadOnlyList<RouteTraffic> Traffic => [.. _traffic.Select(t => new RouteTraffic(t.Key, t.Value.Up, t.Value.Down))];

    /// <returns>Whether the call was a tunnel; if not, nothing has been answered.</returns>
    /// <exception cref="OperationCanceledException">The Entry's stream is gone.</exception>
    public async Task<bool> RunAsync(ITunnelCall call, Hash256 entryKey, Func<SessionOwner, bool> serves)
    {
        var uplink = new CoreUplink(call.Input);
        if (await ReadHeaderAsync(uplink, call) is not { } request
            || new SessionOwner(request.Id, entryKey) is var owner && !serves(owner))
        {
            metrics.Refused();
            return false;
        }

        using var session = sessions.Open(owner, options.IdleTimeout, TrafficOf(request.Id), call.Aborted);
        if (!serves(owner))
        {
            return false; // taken away between the check and the opening, so that nobody would have cut it
        }

        call.Accept();
        await call.SendHeadAsync(session.Stop); // the Entry waits for it; the client does not
        using var destination = await DialAsync(request, session);
        if (destination is null)
        {
            CoreDownlink.WriteHeaderAlone(call.Output);
            await call.CompleteAsync();
            return true;
        }

        await RelayAsync(call, uplink, destination, session);
        return true;
    }

    /// <summary>Where the bytes of a route are counted.</summary>
    public ByteCounter TrafficOf(RouteId route) => _traffic.GetOrAdd(route, static _ => new());

    /// <summary>Connects to a destination.</summary>
    /// <returns><see langword="null"/> when that is not possible, or not allowed.</returns>
    public async Task<Socket?> DialAsync(EndPoint target, CancellationToken stop)
    {
        var started = sessions.Time.GetTimestamp();
        var result = await dialer.ConnectAsync(target, stop);
        metrics.Opened(sessions.Time.GetElapsedTime(started), OutcomeOf(result.Status));
        return result.Socket;
    }

    private async Task<VlessRequest?> ReadHeaderAsync(CoreUplink uplink, ITunnelCall call)
    {
        using var limit = new CancellationTokenSource(options.HeaderTimeout, sessions.Time);
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

    private async Task<Socket?> DialAsync(VlessRequest request, Session session)
    {
        if (request is not { Command: VlessCommand.Tcp, Target: { } target })
        {
            metrics.Opened(TimeSpan.Zero, "unsupported");
            return null;
        }

        return await DialAsync(target, session.Stop);
    }

    private static string OutcomeOf(DialStatus status) => status switch
    {
        DialStatus.Connected => "ok",
        DialStatus.Denied => "denied",
        DialStatus.Unresolved => "unresolved",
        DialStatus.TimedOut => "timeout",
        _ => "failed",
    };

    private async Task RelayAsync(ITunnelCall call, CoreUplink uplink, Socket destination, Session session)
    {
        var up = RunUplinkAsync(uplink, destination, session);
        try
        {
            if (await CoreDownlink.RunAsync(destination, call.Output, session))
            {
                await call.CompleteAsync();
                await Task.WhenAny(up, Task.Delay(s_uplinkOnly, sessions.Time, session.Stop));
            }
            else
            {
                call.Reset();
            }
        }
        finally
        {
            session.Cut();
            await up;
        }
    }

    private async Task RunUplinkAsync(CoreUplink uplink, Socket destination, Session session)
    {
        if (await uplink.RunAsync(destination, session))
        {
            session.LimitSilence(options.HalfCloseTimeout);
        }
        else
        {
            session.Cut(); // the client broke off, or the destination takes no more: neither may look like an end
        }
    }
}
