using Cellway.DataPlane.Relay;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Runs the tunnels of one Entry.</summary>
/// <remarks>
/// <code>
/// client                                 Entry                                  Core
///   1  messages, until the id is there ──▶
///   2                                    resolve(hash of the id)
///   3                                    open, id := route id  ────────────────▶
///   4                                    ◀──────────────────────────────────── 200, or the next route
///   5  ◀──────────────────────────────── 200 with the first message
///   6  ◀════════ messages as they are, both ways ═════════════════════════════▶
/// </code>
/// Nothing is answered before step 4, so whatever fails until then, the cover site answers.
/// </remarks>
internal sealed class EntryTunnel(
    EntryServerOptions options, RouteCache routes, ICoreTransport cores, SessionTable sessions, TunnelMetrics metrics, ILogger logger)
{
    // What a client may still be sending when the destination has ended (wire.md 1.8).
    private static readonly TimeSpan s_uplinkOnly = TimeSpan.FromSeconds(1);
    private const int ReadSize = 16 * 1024;

    /// <returns>Whether the call was a tunnel; if not, nothing has been answered.</returns>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async Task<bool> RunAsync(ITunnelCall client)
    {
        var preamble = await ReadPreambleAsync(client);
        using var lease = preamble is null ? null : await routes.AcquireAsync(preamble.Credential, client.Aborted);
        if (preamble is null || lease is null)
        {
            metrics.Refused();
            return false;
        }

        var uplink = new ReplayingUplink(client.Input, preamble);
        foreach (var route in lease.Routes)
        {
            var started = sessions.Time.GetTimestamp();
            var (core, run, outcome) = await TryOpenAsync(route, uplink, client.Aborted);
            metrics.Opened(sessions.Time.GetElapsedTime(started), outcome);
            if (core is not null)
            {
                await SpliceAsync(client, route, core, uplink, run);
                return true;
            }

            EntryLog.CoreNotOpened(logger, route.CoreId, outcome);
        }

        routes.Forget(preamble.Credential); // the next attempt asks management again
        return false;
    }

    private async Task<Preamble?> ReadPreambleAsync(ITunnelCall client)
    {
        using var limit = new CancellationTokenSource(options.HeaderTimeout, sessions.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, client.Aborted);
        try
        {
            return await Preamble.ReadAsync(client.Input, both.Token);
        }
        catch (OperationCanceledException) when (!client.Aborted.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<(ICoreCall? Core, Task Run, string Outcome)> TryOpenAsync(
        CoreRoute route, ReplayingUplink uplink, CancellationToken aborted)
    {
        using var limit = new CancellationTokenSource(options.OpenTimeout, sessions.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, aborted);
        ICoreCall? core = null;
        var run = Task.CompletedTask;
        var taken = false;
        try
        {
            core = await cores.OpenAsync(route, both.Token);
            run = uplink.RunAsync(core, route.RouteId);
            taken = await core.AnswerAsync(both.Token);
            return taken ? (core, run, "ok") : (null, run, "refused");
        }
        catch (IOException)
        {
            return (null, run, core is null ? "unreachable" : "lost");
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return (null, run, "timeout");
        }
        finally
        {
            if (!taken && core is not null)
            {
                await uplink.StopAsync(run, core);
            }
        }
    }

    private async Task SpliceAsync(ITunnelCall client, CoreRoute route, ICoreCall core, ReplayingUplink uplink, Task run)
    {
        using var session = sessions.Open(route.CoreId, options.IdleTimeout, null, client.Aborted);
        try
        {
            uplink.Accepted(session);
            client.Accept();
            if (await CopyDownAsync(core, client, session))
            {
                await client.CompleteAsync();
                await Task.WhenAny(run, Task.Delay(s_uplinkOnly, sessions.Time, session.Stop));
            }
            else
            {
                client.Reset();
            }
        }
        finally
        {
            await uplink.StopAsync(run, core);
            session.MovedUp(uplink.KeptBytes);
        }
    }

    private static async Task<bool> CopyDownAsync(ICoreCall core, ITunnelCall client, Session session)
    {
        try
        {
            while (true)
            {
                await core.ReadAsync(Memory<byte>.Empty, session.Stop); // waits without holding a block
                var block = client.Output.GetMemory(ReadSize);
                var count = await core.ReadAsync(block, session.Stop);
                if (count == 0)
                {
                    return true;
                }

                client.Output.Advance(count);
                session.MovedDown(count);
                var flush = await client.Output.FlushAsync(session.Stop);
                if (flush.IsCompleted || flush.IsCanceled)
                {
                    return false;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
