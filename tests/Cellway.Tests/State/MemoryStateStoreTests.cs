using Cellway.Model.State;
using Cellway.State.Memory;
using Cellway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.State;

public sealed class MemoryStateStoreTests : StateStoreContract
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Revision_NewStore_IsZeroThenOne()
    {
        Assert.Equal(0, await RevisionAsync());
        Assert.Equal(1, await PutAsync("key", "x"));
    }

    [Fact]
    public async Task Watch_HistoryOutgrowsItsCount_OldestAreCompacted()
    {
        await using var store = new MemoryStateStore(_time, new() { HistoryRevisions = 3 });
        for (var i = 1; i <= 5; i++)
        {
            await store.CommitAsync(new StateTransaction().Put("key", Bytes($"{i}")), Limit);
        }

        await using var tooOld = store.WatchAsync("", 2, Limit).GetAsyncEnumerator(Limit);
        var e = await Assert.ThrowsAsync<StateCompactedException>(async () => await tooOld.MoveNextAsync());
        Assert.Equal(3, e.CompactRevision);

        await using var kept = store.WatchAsync("", 3, Limit).GetAsyncEnumerator(Limit);
        Assert.True(await kept.MoveNextAsync());
        Assert.Equal(3, kept.Current.Revision);
    }

    [Fact]
    public async Task Watch_HistoryOutgrowsItsBytes_OldestAreCompacted()
    {
        await using var store = new MemoryStateStore(_time, new() { HistoryBytes = 1000 });
        for (var i = 1; i <= 4; i++)
        {
            await store.CommitAsync(new StateTransaction().Put("key", new byte[400]), Limit);
        }

        await using var tooOld = store.WatchAsync("", 2, Limit).GetAsyncEnumerator(Limit);
        var e = await Assert.ThrowsAsync<StateCompactedException>(async () => await tooOld.MoveNextAsync());
        Assert.Equal(3, e.CompactRevision);
    }

    [Fact]
    public async Task AnyMember_Disposed_Throws()
    {
        await Store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Store.GetAsync("key", Limit));
    }

    protected override ValueTask<IStateStore> OpenAsync() => ValueTask.FromResult<IStateStore>(new MemoryStateStore(_time));

    protected override Task AdvanceAsync(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }

    protected override Task CompactAsync(long revision)
    {
        ((MemoryStateStore)Store).Compact(revision);
        return Task.CompletedTask;
    }
}
