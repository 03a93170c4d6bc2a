using Cellway.Model.State;
using Cellway.State;
using Cellway.State.Copying;
using Cellway.State.Etcd;
using Cellway.State.Memory;
using Cellway.State.Sqlite;
using Cellway.Testing.Etcd;

namespace Cellway.IntegrationTests.State;

public sealed class StateCopyTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    private CancellationToken Limit => _limit.Token;

    public void Dispose()
    {
        _directory.Dispose();
        _limit.Dispose();
    }

    [Fact]
    public async Task Run_SqliteToEtcdAndBack_IsTheSameKeyByKey()
    {
        Assert.SkipWhen(EtcdCluster.MaySkip, "etcd is not installed.");
        await using var cluster = await EtcdCluster.StartAsync(new());
        await using var first = await SqliteAsync("first.db");
        await using var etcd = await EtcdStateStore.OpenAsync(
            new() { Endpoints = cluster.Endpoints, Credentials = cluster.Credentials, Prefix = "/home" }, TimeProvider.System, Limit);
        await using var second = await SqliteAsync("second.db");
        await FillAsync(first, 1000);
        await first.CommitAsync(new StateTransaction().Put("/cellway/n/large", new byte[StateLimits.MaxValueBytes]).Put("/cellway/n/empty", Array.Empty<byte>()), Limit);
        var lease = await first.GrantLeaseAsync(TimeSpan.FromHours(1), Limit);
        await first.CommitAsync(new StateTransaction().Put("/cellway/n/sessions/1", "x"u8.ToArray(), lease), Limit);
        var told = new Told();

        var there = await StateCopy.RunAsync(first, etcd, again: false, told, Limit);
        var back = await StateCopy.RunAsync(etcd, second, again: false, told, Limit);

        Assert.Equal((1002, 1), (there.Keys, there.Leased));
        Assert.Equal(there with { Leased = 0 }, back);
        Assert.Equal((1002, 1002), told.Last);
        var expected = (await first.ListAsync("", Limit)).Entries.Where(e => e.LeaseId == 0).Select(Describe);
        Assert.Equal(expected, (await etcd.ListAsync("", Limit)).Entries.Select(Describe));
        Assert.Equal(expected, (await second.ListAsync("", Limit)).Entries.Select(Describe));
    }

    [Fact]
    public async Task Run_TargetHoldsANetwork_IsRefusedAndNothingChanges()
    {
        await using var from = await FilledAsync(10);
        await using var to = new MemoryStateStore(TimeProvider.System);
        await to.CommitAsync(new StateTransaction().Put("/cellway/other/network", "{}"u8.ToArray()), Limit);

        foreach (var again in (bool[])[false, true])
        {
            var e = await Assert.ThrowsAsync<StateCopyException>(() => StateCopy.RunAsync(from, to, again, new Told(), Limit));
            Assert.Contains("empty one", e.Message, StringComparison.Ordinal);
        }

        Assert.Single((await to.ListAsync("", Limit)).Entries);
    }

    [Fact]
    public async Task Run_Interrupted_TargetIsIncompleteUntilItIsCopiedAgain()
    {
        await using var from = await FilledAsync(1000);
        await using var to = new MemoryStateStore(TimeProvider.System);
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(Limit);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => StateCopy.RunAsync(from, to, again: false, new Told(p => { if (p.Done > 300) { interrupt.Cancel(); } }), interrupt.Token));
        Assert.True(await StateCopy.IsIncompleteAsync(to, Limit));
        Assert.Contains("--again", (await Assert.ThrowsAsync<StateCopyException>(() => StateCopy.RunAsync(from, to, again: false, new Told(), Limit))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StateCopyException>(() => StateCopy.RunAsync(to, new MemoryStateStore(TimeProvider.System), again: false, new Told(), Limit));

        await StateCopy.RunAsync(from, to, again: true, new Told(), Limit);

        Assert.False(await StateCopy.IsIncompleteAsync(to, Limit));
        Assert.Equal((await from.ListAsync("", Limit)).Entries.Select(Describe), (await to.ListAsync("", Limit)).Entries.Select(Describe));
    }

    [Fact]
    public async Task Run_SourceChangesMeanwhile_IsRefusedAndStaysIncomplete()
    {
        await using var from = await FilledAsync(300);
        await using var to = new MemoryStateStore(TimeProvider.System);

        var e = await Assert.ThrowsAsync<StateCopyException>(() => StateCopy.RunAsync(
            from, to, again: false, new Told(_ => from.CommitAsync(new StateTransaction().Put("/cellway/n/new", "x"u8.ToArray()), Limit).AsTask().Wait(Limit)), Limit));

        Assert.Contains("Stop every management replica", e.Message, StringComparison.Ordinal);
        Assert.True(await StateCopy.IsIncompleteAsync(to, Limit));
    }

    [Fact]
    public async Task Run_SourceIsEmpty_IsRefused()
    {
        await using var from = new MemoryStateStore(TimeProvider.System);
        await using var to = new MemoryStateStore(TimeProvider.System);

        await Assert.ThrowsAsync<StateCopyException>(() => StateCopy.RunAsync(from, to, again: false, new Told(), Limit));

        Assert.Empty((await to.ListAsync("", Limit)).Entries);
    }

    private static string Describe(StateEntry e) => $"{e.Key}={Convert.ToHexString(e.Value.Span)}";

    private async Task<MemoryStateStore> FilledAsync(int keys)
    {
        var store = new MemoryStateStore(TimeProvider.System);
        await FillAsync(store, keys);
        return store;
    }

    private async Task FillAsync(IStateStore store, int keys)
    {
        foreach (var chunk in Enumerable.Range(0, keys).Chunk(100))
        {
            var transaction = new StateTransaction();
            foreach (var i in chunk)
            {
                transaction.Put($"/cellway/n/devices/{i:D8}", BitConverter.GetBytes(i * 31));
            }

            await store.CommitAsync(transaction, Limit);
        }
    }

    private Task<SqliteStateStore> SqliteAsync(string file) => SqliteStateStore.OpenAsync(_directory[file], new(), TimeProvider.System, Limit);

    private sealed class Told(Action<(int Done, int Total)>? act = null) : IProgress<(int Done, int Total)>
    {
        public (int Done, int Total) Last { get; private set; }

        public void Report((int Done, int Total) value)
        {
            Last = value;
            act?.Invoke(value);
        }
    }
}
