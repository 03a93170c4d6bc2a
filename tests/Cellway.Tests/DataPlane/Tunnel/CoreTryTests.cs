using Cellway.DataPlane.Tunnel.Entry.Reach;
using Cellway.Model.Health;
using Cellway.Tests.DataPlane.Http2;
using static Cellway.Tests.DataPlane.Http2.Http2Pair;

namespace Cellway.Tests.DataPlane.Tunnel;

/// <summary>What a try makes of connections that freeze, and of how many handshakes.</summary>
public sealed class CoreTryTests
{
    private const int SomeKilobytes = 16 * 1024;

    private static readonly ReachOptions s_options = new() { AtOnce = 0 }; // no tries of the board's own

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Try_ConnectionsFreezeAfterSomeKilobytes_StallsAtOnce_ByOneHandshakeMore()
    {
        List<EchoCore> cores = [];
        await using var chain = Chain(cores, SomeKilobytes, SomeKilobytes);
        await Within(chain.PoolOf(0).ConnectAsync(s_options.AnswerWithin, Token));

        var trying = chain.Reach.TryAsync(EntryChain.RouteOf(0), Token);
        await WaitOutAsync(chain, trying, () => cores.Count == 2);
        await StreamTests.Eventually(() => cores[1].IsFrozen);
        await WaitOutAsync(chain, trying, () => false);

        Assert.Equal((CoreReach.Stalls, 2), ((await trying).Reach, chain.Dials));
    }

    [Fact]
    public async Task Try_FreezesAndNoHandshakeIsLeft_StallsAtOnce_WithoutOne()
    {
        List<EchoCore> cores = [];
        await using var chain = Chain(cores, int.MaxValue, SomeKilobytes);
        var pool = chain.PoolOf(0);
        await Within(pool.ConnectAsync(s_options.AnswerWithin, Token));
        var stream = new RecordingHandler();
        Assert.True(pool.TryOpen(stream, "svc"));
        stream.Stream.Connection.Abort();
        await StreamTests.Eventually(() => pool.Connections == 0);
        chain.Time.Advance(TimeSpan.FromSeconds(1));
        await Within(pool.ConnectAsync(s_options.AnswerWithin, Token)); // of three handshakes in a minute, the last is for sessions

        var trying = chain.Reach.TryAsync(EntryChain.RouteOf(0), Token);
        await StreamTests.Eventually(() => cores[1].IsFrozen);
        await WaitOutAsync(chain, trying, () => false);

        Assert.Equal((CoreReach.Stalls, 2), ((await trying).Reach, chain.Dials));
        Assert.Equal(0, pool.Connections); // no session goes where nothing moves
    }

    [Fact]
    public async Task Try_OneConnectionFreezes_ReachableByAnother_AndNoSessionGoesToTheFrozenOne()
    {
        List<EchoCore> cores = [];
        await using var chain = Chain(cores, SomeKilobytes, int.MaxValue);
        var pool = chain.PoolOf(0);
        await Within(pool.ConnectAsync(s_options.AnswerWithin, Token));

        var trying = chain.Reach.TryAsync(EntryChain.RouteOf(0), Token);
        await WaitOutAsync(chain, trying, () => cores.Count == 2);

        Assert.Equal(CoreReach.Reachable, (await Within(trying)).Reach);
        var (old, other) = (cores[0].Streams, cores[1].Streams);
        Assert.True(pool.TryOpen(new RecordingHandler(), "svc"));
        await StreamTests.Eventually(() => cores[1].Streams == other + 1);
        Assert.Equal(old, cores[0].Streams);
    }

    private static EntryChain Chain(List<EchoCore> cores, params int[] freezeAfter) => new(
        1,
        _ =>
        {
            cores.Add(new(freezeAfter[Math.Min(cores.Count, freezeAfter.Length - 1)]));
            return cores[^1];
        },
        s_options);

    // Lets what the try waits for pass, until it is over or what comes next has begun.
    private static async Task WaitOutAsync(EntryChain chain, Task trying, Func<bool> begun)
    {
        while (!trying.IsCompleted && !begun())
        {
            chain.Time.Advance(s_options.AnswerWithin);
            for (var i = 0; i < 100 && !trying.IsCompleted && !begun(); i++)
            {
                await Task.Delay(10, Token); // what time has set off must have come about before more of it passes
            }
        }
    }
}
