using Cellway.Model.State;
using Cellway.State.Sqlite;
using Cellway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.IntegrationTests.State;

public sealed class SqliteStateStoreTests : StateStoreContract
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(60));

    private string File => _directory["state.db"];

    [Fact]
    public async Task Revision_NewStore_IsZeroThenOne()
    {
        Assert.Equal(0, await RevisionAsync());
        Assert.Equal(1, await PutAsync("key", "x"));
    }

    [Fact]
    public async Task Open_Again_ContinuesRevisionsHistoryAndLeases()
    {
        var lease = await Store.GrantLeaseAsync(TimeSpan.FromSeconds(10), Limit);
        var first = await PutAsync("a", "1");
        await PutAsync("leased", "x", lease);
        var deleted = await DeleteAsync("a");
        await Store.DisposeAsync();

        // Nearly the whole time to live passes while it is closed: an open starts it anew.
        _time.Advance(TimeSpan.FromSeconds(9));
        await using var again = await SqliteStateStore.OpenAsync(File, new(), _time, Limit);
        _time.Advance(TimeSpan.FromSeconds(9));

        Assert.True(await again.RenewLeaseAsync(lease, Limit));
        Assert.NotEqual(lease, await again.GrantLeaseAsync(TimeSpan.FromSeconds(10), Limit));
        Assert.Equal(lease, Assert.Single((await again.ListAsync("", Limit)).Entries).LeaseId);
        var next = await again.CommitAsync(new StateTransaction().Put("a", Bytes("2")), Limit);
        Assert.Equal(deleted + 1, next.Revision);
        List<long> revisions = [];
        await foreach (var batch in again.WatchAsync("a", first, Limit))
        {
            revisions.Add(batch.Revision);
            if (batch.Revision == next.Revision)
            {
                break;
            }
        }

        Assert.Equal([first, deleted, next.Revision], revisions);
    }

    [Fact]
    public async Task Watch_HistoryOutgrowsItsCount_OldestAreCompacted()
    {
        await using var store = await SqliteStateStore.OpenAsync(_directory["small.db"], new() { HistoryRevisions = 8 }, _time, Limit);
        for (var i = 1; i <= 20; i++)
        {
            await store.CommitAsync(new StateTransaction().Put("key", Bytes($"{i}")), Limit);
        }

        var oldest = await OldestAsync(store);

        Assert.InRange(oldest, 20 - 9, 20 - 7);
    }

    [Fact]
    public async Task Watch_HistoryGrowsOld_IsCompacted()
    {
        await PutAsync("key", "1");
        _time.Advance(TimeSpan.FromMinutes(50));
        var kept = await PutAsync("key", "2");
        _time.Advance(TimeSpan.FromMinutes(20));

        await EventuallyAsync(async () => await OldestAsync((SqliteStateStore)Store) == kept, "the old revision is compacted");
    }

    [Fact]
    public async Task Watch_FallsBehindTheCompaction_Throws()
    {
        var from = await PutAsync("key", "0");
        await using var watch = Store.WatchAsync("", from, Limit).GetAsyncEnumerator(Limit);
        Assert.True(await watch.MoveNextAsync());
        await PutAsync("key", "1");
        await CompactAsync(await PutAsync("key", "2"));

        await Assert.ThrowsAsync<StateCompactedException>(async () => await watch.MoveNextAsync());
    }

    [Fact]
    public async Task Dispose_WritesWaiting_FinishesThem()
    {
        var writes = Enumerable.Range(0, 200).Select(i => PutAsync($"key/{i:D3}", "x")).ToArray();
        await Store.DisposeAsync();
        await Task.WhenAll(writes);

        await using var again = await SqliteStateStore.OpenAsync(File, new(), _time, Limit);
        Assert.Equal(200, (await again.ListAsync("", Limit)).Entries.Count);
    }

    [Fact]
    public async Task AnyMember_Disposed_Throws()
    {
        await Store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Store.GetAsync("key", Limit));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await PutAsync("key", "x"));
        await Store.DisposeAsync();
    }

    protected override async ValueTask<IStateStore> OpenAsync() => await SqliteStateStore.OpenAsync(File, new(), _time, Limit);

    protected override Task AdvanceAsync(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }

    protected override async Task CompactAsync(long revision) => await ((SqliteStateStore)Store).CompactAsync(revision, Limit);

    protected override ValueTask CleanUpAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<long> OldestAsync(SqliteStateStore store)
    {
        try
        {
            await using var watch = store.WatchAsync("", 1, Limit).GetAsyncEnumerator(Limit);
            Assert.True(await watch.MoveNextAsync());
            return 1;
        }
        catch (StateCompactedException e)
        {
            return e.CompactRevision;
        }
    }
}
