using Cellway.Tests.DataPlane.Http2;
using static Cellway.Tests.DataPlane.Http2.Http2Pair;

namespace Cellway.Tests.DataPlane.Tunnel;

public sealed class CorePoolTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(100);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Connect_ManyWaiters_OneDial()
    {
        await using var chain = new EntryChain(1, _ => new FakeCore(FakeCore.Take));
        var pool = chain.PoolOf(0);
        Assert.False(pool.TryOpen(new RecordingHandler(), "svc"));

        await Within(Task.WhenAll(Enumerable.Range(0, 50).Select(_ => pool.ConnectAsync(s_limit, Token))));

        Assert.True(pool.TryOpen(new RecordingHandler(), "svc"));
        Assert.Equal(1, chain.Dials);
    }

    [Fact]
    public async Task TryOpen_CrowdedConnection_AnotherOneIsMade_ThreeAtMost_Spaced()
    {
        await using var chain = new EntryChain(1, _ => new FakeCore(FakeCore.Take));
        var pool = chain.PoolOf(0);
        await Within(pool.ConnectAsync(s_limit, Token));
        Open(100);
        Assert.Equal((1, 1), (pool.Connections, chain.Dials)); // too early for another handshake

        for (var expected = 2; expected <= 3; expected++)
        {
            chain.Time.Advance(TimeSpan.FromMilliseconds(400));
            Open(1);
            await StreamTests.Eventually(() => pool.Connections == expected);
            Open(100); // the new one fills up to the others
        }

        chain.Time.Advance(TimeSpan.FromMilliseconds(400));
        Open(300);
        Assert.Equal((3, 3), (pool.Connections, chain.Dials));

        void Open(int count)
        {
            for (var i = 0; i < count; i++)
            {
                Assert.True(pool.TryOpen(new RecordingHandler(), "svc"));
            }
        }
    }

    [Fact]
    public async Task CoreAway_NoHandshakeIsCounted()
    {
        var away = true;
        await using var chain = new EntryChain(1, _ => away ? null : new FakeCore(FakeCore.Take));
        var pool = chain.PoolOf(0);
        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAnyAsync<IOException>(() => Within(pool.ConnectAsync(s_limit, Token)));
        }

        away = false;
        await Within(pool.ConnectAsync(s_limit, Token));
        Assert.Equal(11, chain.Dials);
    }

    [Fact]
    public async Task GoAway_TheNextStreamGetsANewConnection()
    {
        var cores = new List<FakeCore>();
        await using var chain = new EntryChain(1, _ =>
        {
            cores.Add(new(FakeCore.Take));
            return cores[^1];
        });
        var pool = chain.PoolOf(0);
        await Within(pool.ConnectAsync(s_limit, Token));
        var open = new RecordingHandler();
        Assert.True(pool.TryOpen(open, "svc"));
        open.Stream.SendData("x"u8);
        await StreamTests.Eventually(() => cores[0].Streams.Count == 1 && cores[0].Streams[0].Received == 1);

        cores[0].Streams[0].Stream.Connection.Drain();

        await StreamTests.Eventually(() => pool.Connections == 0);
        Assert.False(open.WasReset.IsCompleted); // it goes on where it is
        chain.Time.Advance(TimeSpan.FromSeconds(1));
        await Within(pool.ConnectAsync(s_limit, Token));
        Assert.True(pool.TryOpen(new RecordingHandler(), "svc"));
    }

    [Fact]
    public async Task GiveUp_WhoWaitsForAHandshakeThatMayNotBeginYet_WaitsNoLonger()
    {
        await using var chain = new EntryChain(1, _ => new FakeCore(FakeCore.Take));
        await chain.SpendHandshakesAsync(0);
        var pool = chain.PoolOf(0);
        var waiting = pool.ConnectAsync(s_limit, Token);
        Assert.False(waiting.IsCompleted);

        pool.GiveUp();

        await Assert.ThrowsAnyAsync<IOException>(() => Within(waiting));
    }
}
