using System.Security.Cryptography;
using Cellway.DataPlane.Http2;
using Cellway.Model.Health;

namespace Cellway.DataPlane.Tunnel.Entry.Reach;

/// <summary>Tries a Core: over a connection that is there, because handshakes are counted, and when that fails over a new one.</summary>
/// <param name="options">How long to wait.</param>
/// <param name="nameOf">By which service name a route's Core is asked now.</param>
/// <param name="sweeper">The clock.</param>
internal sealed class CoreTry(ReachOptions options, Func<CoreRoute, string?> nameOf, Http2Sweeper sweeper)
{
    private const int FewBytes = 1024;
    private const int SlowTries = 4; // how often AnswerWithin may pass with some progress

    /// <summary>Runs to the end.</summary>
    /// <param name="pool">The Core's connections.</param>
    /// <param name="route">How to ask it.</param>
    /// <param name="full">Whether to send enough bytes to see a connection that freezes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<TryResult> RunAsync(CorePool pool, CoreRoute route, bool full, CancellationToken cancellationToken)
    {
        var hadConnection = pool.Connections > 0;
        var began = sweeper.ExactNow;
        var first = await TryAsync(pool, route, full, cancellationToken);
        if (first.Reach?.Carries() != false)
        {
            return first;
        }

        if (hadConnection && IsSilence(first))
        {
            pool.Silence.Silent(route.CoreId);
        }
        else if (IsSilence(first) && pool.Silence.IsOnNewConnections(2 * options.AnswerWithin))
        {
            return first; // nor has anybody answered before
        }

        pool.Shun(began); // no new sessions on what has been silent since
        var again = await TryAsync(pool, route, full: true, cancellationToken);
        if (again.Reach is not null)
        {
            return again;
        }

        if (IsSilence(first) && (pool.Silence.IsOnNewConnections(options.AnswerWithin) || pool.Silence.IsAround(route.CoreId)))
        {
            return first; // no handshake is left, and none is needed
        }

        pool.Unshun();
        return again with { Error = again.Error ?? first.Error };
    }

    private static bool IsSilence(TryResult result) => result.Reach is CoreReach.Unreachable or CoreReach.Stalls;

    private async Task<TryResult> TryAsync(CorePool pool, CoreRoute route, bool full, CancellationToken cancellationToken)
    {
        var started = sweeper.Time.GetTimestamp();
        var echo = new EchoStream(full ? AboutFull() : FewBytes);
        if (nameOf(route) is not { } name)
        {
            return TryResult.Undecided with { Error = "This Entry knows no service name of the Core's cell." };
        }

        var head = EchoStream.HeadFor(route, name);
        try
        {
            if (!pool.TryOpen(echo, head, endStream: false))
            {
                if (!pool.MayDialForTry)
                {
                    await pool.TouchAsync(options.AnswerWithin, cancellationToken); // without a handshake: the next ones are for sessions
                    return TryResult.Undecided;
                }

                await pool.ConnectAsync(options.AnswerWithin, cancellationToken);
                started = sweeper.Time.GetTimestamp();
                if (!pool.TryOpen(echo, head, endStream: false))
                {
                    return TryResult.Undecided;
                }
            }
        }
        catch (CoreUnreachableException e)
        {
            return new(e.Reach, 0, e.Message);
        }
        catch (TimeoutException)
        {
            return new(CoreReach.Unreachable, 0, "The Core cannot be reached.");
        }

        return await FollowAsync(pool, echo, started, cancellationToken);
    }

    private async Task<TryResult> FollowAsync(CorePool pool, EchoStream echo, long started, CancellationToken cancellationToken)
    {
        var answeredAfter = TimeSpan.Zero;
        for (var (tries, progress) = (0, 0); ; tries++)
        {
            try
            {
                var whole = await echo.Ended.WaitAsync(options.AnswerWithin, sweeper.Time, cancellationToken);
                var elapsed = sweeper.Time.GetElapsedTime(started);
                pool.Silence.Answered();
                return whole
                    ? new(elapsed > options.SlowAfter ? CoreReach.Slow : CoreReach.Reachable, (int)elapsed.TotalMilliseconds, null)
                    : new(CoreReach.Refused, 0, "The connection was cut: the Core does not accept this Entry's certificate, or somebody on the way cut it.");
            }
            catch (TimeoutException)
            {
                answeredAfter = answeredAfter == TimeSpan.Zero && echo.IsAnswered ? sweeper.Time.GetElapsedTime(started) : answeredAfter;
                if (echo.Progress == progress || tries >= SlowTries)
                {
                    var stalled = echo.IsAnswered;
                    var slow = stalled && echo.Progress != progress;
                    echo.Stream.Reset(Http2.Frames.Http2ErrorCode.Cancel);
                    return slow ? new(CoreReach.Slow, (int)answeredAfter.TotalMilliseconds, null)
                        : stalled ? new(CoreReach.Stalls, 0, "The connection freezes after some kilobytes.")
                        : new(CoreReach.Unreachable, 0, "The Core does not answer.");
                }

                progress = echo.Progress;
            }
        }
    }

    private int AboutFull() => options.FullBytes - (options.FullBytes / 4) + RandomNumberGenerator.GetInt32(options.FullBytes / 2);
}
