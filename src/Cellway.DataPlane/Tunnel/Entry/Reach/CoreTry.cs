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
        var began = sweeper.ExactNow;
        var first = await TryAsync(pool, route, full, cancellationToken);
        if (first.Result.Reach?.Carries() != false)
        {
            return first.Result;
        }

        var silent = IsSilence(first.Result);
        if (!first.IsOnOld && silent && pool.Silence.IsOnNewConnections(2 * options.AnswerWithin))
        {
            return first.Result; // nor has anybody answered before
        }

        var silentAgain = first.IsOnOld && silent && pool.Silence.Silent(route.CoreId);
        pool.Shun(began, first.On); // no new sessions on it, nor on what has been silent since
        var again = await TryAsync(pool, route, full: true, cancellationToken);
        if (again.Result.Reach is { } seen)
        {
            // A second connection of the same age may have frozen by now as well: what the first one showed on its way there says more.
            return first.Result.Reach == CoreReach.Stalls && seen == CoreReach.Unreachable && again.IsOnOld ? first.Result : again.Result;
        }

        // No handshake is left. None is needed when somebody listens there and what is said stops on its way, when others are silent too, or
        // when the same try met the same a while ago.
        if (first.Result.Reach == CoreReach.Stalls
            || silentAgain
            || (silent && (pool.Silence.IsOnNewConnections(options.AnswerWithin) || pool.Silence.IsAround(route.CoreId))))
        {
            return first.Result;
        }

        pool.Unshun();
        return again.Result with { Error = again.Result.Error ?? first.Result.Error };
    }

    private static bool IsSilence(TryResult result) => result.Reach is CoreReach.Unreachable or CoreReach.Stalls;

    private async Task<Attempt> TryAsync(CorePool pool, CoreRoute route, bool full, CancellationToken cancellationToken)
    {
        var started = sweeper.Time.GetTimestamp();
        var echo = new EchoStream(full ? AboutFull() : FewBytes);
        if (nameOf(route) is not { } name)
        {
            return new(TryResult.Undecided with { Error = "This Entry knows no service name of the Core's cell." });
        }

        var head = EchoStream.HeadFor(route, name);
        var isOnOld = pool.TryOpen(echo, head, endStream: false);
        try
        {
            if (!isOnOld)
            {
                if (!pool.MayDialForTry)
                {
                    await pool.TouchAsync(options.AnswerWithin, cancellationToken); // without a handshake: the next ones are for sessions
                    return new(TryResult.Undecided);
                }

                await pool.ConnectAsync(options.AnswerWithin, cancellationToken);
                started = sweeper.Time.GetTimestamp();
                if (!pool.TryOpen(echo, head, endStream: false))
                {
                    return new(TryResult.Undecided);
                }
            }
        }
        catch (CoreUnreachableException e)
        {
            return new(new(e.Reach, 0, e.Message));
        }
        catch (TimeoutException)
        {
            return new(new(CoreReach.Unreachable, 0, "The Core cannot be reached."));
        }

        return new(await FollowAsync(pool, echo, started, cancellationToken), echo.Stream.Connection, isOnOld);
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
                pool.Silence.Answered(pool.Key.CoreId);
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

    /// <summary>One of the two.</summary>
    /// <param name="Result">What it has shown.</param>
    /// <param name="On">The connection it ran on.</param>
    /// <param name="IsOnOld">Whether that was there before.</param>
    private readonly record struct Attempt(TryResult Result, Http2Connection? On = null, bool IsOnOld = false);
}
