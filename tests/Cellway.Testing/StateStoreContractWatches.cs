using Cellway.Model.State;
using Xunit;

namespace Cellway.Testing;

/// <summary>Watching.</summary>
public abstract class StateStoreContractWatches : StateStoreContractKeys
{
    [Fact]
    public async Task Watch_FromAPastRevision_ReplaysThenGoesLive()
    {
        await PutAsync("a", "before");
        var from = await PutAsync("a", "1");
        var deleted = await DeleteAsync("a");

        await using var watch = Store.WatchAsync("", from, Limit).GetAsyncEnumerator(Limit);
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal((from, "1"), (watch.Current.Revision, Text(Assert.Single(watch.Current.Changes).Entry)));
        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(deleted, watch.Current.Revision);
        Assert.Equal(new StateChange("a", null), Assert.Single(watch.Current.Changes));

        var next = watch.MoveNextAsync().AsTask();
        Assert.False(next.IsCompleted);
        var live = await PutAsync("a", "2");
        Assert.True(await next.WaitAsync(Limit));
        Assert.Equal((live, live, "2"), (watch.Current.Revision, watch.Current.Changes[0].Entry!.CreateRevision, Text(watch.Current.Changes[0].Entry)));
    }

    [Fact]
    public async Task Watch_FromAFutureRevision_StartsThere()
    {
        var now = await PutAsync("a", "1");
        var watched = WatchedAsync("", now + 2, 1);
        await PutAsync("a", "2");
        var third = await PutAsync("a", "3");

        Assert.Equal(third, Assert.Single(await watched).Revision);
    }

    [Fact]
    public async Task Watch_Prefix_SeesItsKeysOnly()
    {
        var from = await RevisionAsync() + 1;
        await PutAsync("node/1", "x");
        await PutAsync("nodes/1", "x");
        await PutAsync("node", "x");
        await PutAsync("node/10", "x");

        var batches = await WatchedAsync("node/", from, 2);

        Assert.Equal(["node/1", "node/10"], batches.SelectMany(b => b.Changes).Select(c => c.Key));
    }

    [Fact]
    public async Task Watch_TransactionOfManyKeys_IsOneBatchOfTheWatchedOnesInOrder()
    {
        await PutAsync("p/gone", "x");
        var from = await RevisionAsync() + 1;
        var result = await Store.CommitAsync(
            new StateTransaction().Put("p/b", Bytes("1")).Put("other", Bytes("1")).Put("p/a", Bytes("1")).Delete("p/gone").Delete("p/never"), Limit);

        var batch = Assert.Single(await WatchedAsync("p/", from, 1));

        Assert.Equal(result.Revision, batch.Revision);
        Assert.Equal(["p/a", "p/b", "p/gone"], batch.Changes.Select(c => c.Key));
        Assert.Null(batch.Changes[2].Entry);
    }

    [Fact]
    public async Task Watch_AfterAList_ContinuesIt()
    {
        await PutAsync("a", "1");
        var snapshot = await Store.ListAsync("", Limit);
        var next = await PutAsync("b", "1");

        Assert.Equal(next, Assert.Single(await WatchedAsync("", snapshot.Revision + 1, 1)).Revision);
    }

    [Fact]
    public async Task Watch_FromACompactedRevision_ThrowsAndNamesTheOldestLeft()
    {
        var first = await PutAsync("a", "1");
        await PutAsync("a", "2");
        var third = await PutAsync("a", "3");
        await CompactAsync(third);

        var e = await Assert.ThrowsAsync<StateCompactedException>(async () => await WatchedAsync("", first, 1));

        // etcd loses deletions at the very revision of a compaction, so its store starts one later.
        var fourth = await PutAsync("a", "4");
        Assert.InRange(e.CompactRevision, third, fourth);
        Assert.Equal("4", Text(await Store.GetAsync("a", Limit)));
        Assert.Equal(e.CompactRevision, (await WatchedAsync("", e.CompactRevision, 1))[0].Revision);
    }

    [Fact]
    public async Task Watch_Cancelled_EndsWithCancellation()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Limit);
        await using var watch = Store.WatchAsync("", 1 + await RevisionAsync(), cancel.Token).GetAsyncEnumerator(Limit);
        var next = watch.MoveNextAsync().AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task Watch_StoreDisposed_Ends()
    {
        await using var watch = Store.WatchAsync("", 1 + await RevisionAsync(), Limit).GetAsyncEnumerator(Limit);
        var next = watch.MoveNextAsync().AsTask();

        await Store.DisposeAsync();

        Assert.False(await next.WaitAsync(Limit));
    }

    [Fact]
    public async Task Watch_RevisionOrPrefixOutsideTheLimits_Throws()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await WatchedAsync("", 0, 1));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await WatchedAsync("\n", 1, 1));
    }
}
