using Cellway.Manager.PhoneHome;
using Cellway.Manager.View;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Cellway.State.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Manager;

public sealed class NodeSessionsTests : IAsyncLifetime
{
    private static readonly PhoneHomeOptions Options = new();

    private readonly FakeTimeProvider _time = new(Samples.Now);
    private readonly List<NodeSessions> _replicas = [];
    private MemoryStateStore _store = null!;
    private CountingStore _counted = null!;
    private NetworkViewFeed _feed = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = new(_time);
        _counted = new(_store);
        _feed = Views.FeedOf(_store, _time);
        await _feed.StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.StopAsync(Token);
            replica.Dispose();
        }

        await _feed.StopAsync(Token);
        _feed.Dispose();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Heard_ForHours_NoWriteAtAll()
    {
        var sessions = await StartAsync();
        var session = await sessions.BeginAsync(Samples.Session("core-1"), Token);
        var before = _counted.Writes;

        for (var i = 0; i < 360; i++)
        {
            await AdvanceAsync(TimeSpan.FromSeconds(10));
            await sessions.HeardAsync(session, Token);
        }

        Assert.NotNull(await ReadAsync("core-1"));
        Assert.Equal(before, _counted.Writes);
    }

    [Fact]
    public async Task Silent_ForTooLong_OfflineUntilItIsHeardAgain()
    {
        var sessions = await StartAsync();
        var session = await sessions.BeginAsync(Samples.Session("core-1"), Token);

        await UntilAsync(async () => await ReadAsync("core-1") is null);
        Assert.True(_time.GetUtcNow() - Samples.Now >= Options.OfflineAfter);

        await sessions.HeardAsync(session, Token);
        Assert.NotNull(await ReadAsync("core-1"));
    }

    [Fact]
    public async Task Silent_NodeThatWentElsewhere_StaysThere()
    {
        var (old, now) = (await StartAsync(), await StartAsync());
        var left = await old.BeginAsync(Samples.Session("core-1"), Token);
        left.HasStream = false;
        var session = await now.BeginAsync(Samples.Session("core-1") with { Replica = "other", Since = Samples.Now.AddSeconds(1) }, Token);

        for (var i = 0; i < 12; i++)
        {
            await AdvanceAsync(TimeSpan.FromSeconds(5));
            await now.HeardAsync(session, Token);
        }

        await old.EndAsync(left, Token); // a farewell that comes too late
        Assert.Equal("other", (await ReadAsync("core-1"))!.Replica);
    }

    [Fact]
    public async Task ReplicaDies_ItsNodesAreOfflineWhenTheLeaseEnds()
    {
        var sessions = await StartAsync();
        await sessions.BeginAsync(Samples.Session("core-1"), Token);
        await sessions.StopAsync(Token);

        _time.Advance(Options.OfflineAfter / 2);
        Assert.NotNull(await ReadAsync("core-1"));
        await UntilAsync(async () => await ReadAsync("core-1") is null);
    }

    [Fact]
    public async Task LeaseEnds_ReplicaLives_WritesItsSessionsAnew()
    {
        var sessions = await StartAsync();
        var session = await sessions.BeginAsync(Samples.Session("core-1"), Token);
        var lease = (await _store.GetAsync(Samples.Keys.Session("core-1"), Token))!.LeaseId;

        await _store.RevokeLeaseAsync(lease, Token); // as after a long pause of the process
        await UntilAsync(async () =>
        {
            await sessions.HeardAsync(session, Token);
            return await ReadAsync("core-1") is not null;
        });

        var another = await sessions.BeginAsync(Samples.Session("core-2"), Token);
        Assert.NotNull(another);
        Assert.NotNull(await ReadAsync("core-2"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LeaseEnds_WritingAnewFailsToo_HeartbeatsBringTheNodeBack(bool nextLeaseHasEndedAsWell)
    {
        var sessions = await StartAsync();
        var session = await sessions.BeginAsync(Samples.Session("core-1"), Token);
        var lease = (await _store.GetAsync(Samples.Keys.Session("core-1"), Token))!.LeaseId;
        var failed = false;
        _counted.BeforeNextCommit = async transaction =>
        {
            failed = true;
            if (!nextLeaseHasEndedAsWell)
            {
                throw new StateUnavailableException("The test says so.");
            }

            await _store.RevokeLeaseAsync(transaction.Writes[0].LeaseId, Token);
        };

        await _store.RevokeLeaseAsync(lease, Token);
        await UntilAsync(() => Task.FromResult(failed));

        await UntilAsync(async () =>
        {
            try
            {
                await sessions.HeardAsync(session, Token);
            }
            catch (StateUnavailableException)
            {
                // The next heartbeat tries again.
            }

            return await ReadAsync("core-1") is not null;
        });
        Assert.False(sessions.ExecuteTask!.IsCompleted);
    }

    [Fact]
    public async Task Begin_SamePlaceAgain_KeepsItsReadiness_AnotherPlaceDoesNot()
    {
        var sessions = await StartAsync();
        await sessions.BeginAsync(Samples.Session("core-1"), Token);
        await SeenAsync("core-1");

        await sessions.BeginAsync(Samples.Session("core-1", ready: false), Token);
        Assert.True((await ReadAsync("core-1"))!.Ready);

        await sessions.BeginAsync(Samples.Session("core-1", ready: false) with { Port = 9999 }, Token);
        Assert.False((await ReadAsync("core-1"))!.Ready);
    }

    [Fact]
    public async Task Begin_ManyAtOnce_FewWritesOfNoMoreThanTheStoreTakes()
    {
        var sessions = await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => sessions.BeginAsync(Samples.Session($"core-{i}"), Token)));

        Assert.Equal(1000, (await _store.ListAsync(Samples.Keys.Prefix + StateKeys.Folders.Sessions, Token)).Entries.Count);
        Assert.InRange(_counted.Writes, 1, 500);
        Assert.InRange(_counted.Largest, 1, 128);
    }

    private async Task<NodeSessions> StartAsync()
    {
        var sessions = new NodeSessions(_counted, Samples.Keys, _feed, Options, _time, new(NullLogger<PhoneHomeLog>.Instance));
        await sessions.StartAsync(Token);
        _replicas.Add(sessions);
        return sessions;
    }

    private async Task<NodeSessionRecord?> ReadAsync(string node) =>
        await _store.GetAsync(Samples.Keys.Session(node), Token) is { } entry ? StateJson.Read<NodeSessionRecord>(entry) : null;

    private async Task SeenAsync(string node) =>
        await _feed.WaitForAsync((await _store.GetAsync(Samples.Keys.Session(node), Token))!.ModRevision, Token);

    // The clock is moved in steps, so that what runs on its timers has its turns.
    private async Task AdvanceAsync(TimeSpan by)
    {
        for (var left = by; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, Token);
        }
    }

    private async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 1000 && !await condition(); i++)
        {
            await AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        Assert.True(await condition());
    }
}
