using Cellway.Model.State;
using Cellway.State.Etcd;
using Cellway.Testing;
using Cellway.Testing.Etcd;

namespace Cellway.IntegrationTests.State.Etcd;

/// <summary>The store's contract on a real cluster, which the tests of a class share: each has a prefix of its own.</summary>
public abstract class EtcdStateStoreTests(EtcdClusterFixture fixture) : StateStoreContract
{
    private static int _tests;

    protected string Prefix { get; } = $"/test{Interlocked.Increment(ref _tests)}/";

    protected EtcdCluster Cluster => fixture.Cluster;

    protected EtcdStateOptions Options => new() { Endpoints = Cluster.Endpoints, Credentials = Cluster.Credentials, Prefix = Prefix };

    [Fact]
    public async Task Commit_OtherPrefixInTheSameCluster_IsNotSeen()
    {
        await using var other = await EtcdStateStore.OpenAsync(Options with { Prefix = Prefix[..^1] + "x/" }, TimeProvider.System, Limit);
        await other.CommitAsync(new StateTransaction().Put("key", Bytes("other")), Limit);
        await PutAsync("key", "mine");

        Assert.Equal("mine", Text(Assert.Single((await Store.ListAsync("", Limit)).Entries)));
        Assert.Equal("other", Text(await other.GetAsync("key", Limit)));
    }

    [Fact]
    public async Task List_ManyPages_IsOneSnapshot()
    {
        const int Keys = 3000;
        for (var i = 0; i < Keys; i += 100)
        {
            var transaction = new StateTransaction();
            foreach (var key in Enumerable.Range(i, 100))
            {
                transaction.Put($"page/{key:D6}", Bytes($"{key}"));
            }

            await Store.CommitAsync(transaction, Limit);
        }

        var revision = await RevisionAsync();
        var list = Store.ListAsync("page/", Limit).AsTask();
        await PutAsync("page/zzz", "later or not");

        var snapshot = await list;
        Assert.Equal(Enumerable.Range(0, Keys).Select(k => $"page/{k:D6}"), snapshot.Entries.Take(Keys).Select(e => e.Key));
        Assert.Equal(snapshot.Revision > revision, snapshot.Entries.Count == Keys + 1);
    }

    [Fact]
    public async Task Watch_BeginsAtACompactedDeletion_SaysSoInsteadOfMissingIt()
    {
        await PutAsync("key", "1");
        var deleted = await DeleteAsync("key");
        await PutAsync("other", "1");
        await CompactAsync(deleted);

        await Assert.ThrowsAsync<StateCompactedException>(async () => await WatchedAsync("", deleted, 1));
    }

    [Fact]
    public async Task Watch_CompactedWhileItRuns_GoesOn()
    {
        var from = await PutAsync("key", "1");
        await using var watch = Store.WatchAsync("", from, Limit).GetAsyncEnumerator(Limit);
        Assert.True(await watch.MoveNextAsync());
        var second = await PutAsync("key", "2");
        Assert.True(await watch.MoveNextAsync());
        await CompactAsync(second);
        var third = await PutAsync("key", "3");

        Assert.True(await watch.MoveNextAsync());
        Assert.Equal(third, watch.Current.Revision);
    }

    [Fact]
    public async Task Watch_RevisionLargerThanAMessage_IsOneBatch()
    {
        // Many large changes wait for the watch, so etcd sends them in fragments; each revision must arrive whole.
        var from = await RevisionAsync() + 1;
        for (var i = 0; i < 8; i++)
        {
            await Store.CommitAsync(new StateTransaction().Put("a", new byte[650_000]).Put("b", new byte[650_000]), Limit);
        }

        var batches = await WatchedAsync("", from, 8);
        Assert.All(batches, b => Assert.Equal(["a", "b"], b.Changes.Select(c => c.Key)));
        Assert.Equal(Enumerable.Range(0, 8).Select(i => from + i), batches.Select(b => b.Revision));
    }

    [Fact]
    public async Task AnyMember_Disposed_Throws()
    {
        await Store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Store.GetAsync("key", Limit));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await PutAsync("key", "x"));
        await Store.DisposeAsync();
    }

    protected override async ValueTask<IStateStore> OpenAsync() => await EtcdStateStore.OpenAsync(Options, TimeProvider.System, Limit);

    protected override Task AdvanceAsync(TimeSpan time) => Task.Delay(time, Limit);

    protected override Task CompactAsync(long revision) => Cluster.CompactAsync(revision);
}
