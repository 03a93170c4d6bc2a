using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using Cellway.Model.Replicas;
using Cellway.Model.State;
using Cellway.State.Memory;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Manager;

/// <summary>A state in memory with a view of it, for planners that are stepped by hand and by one leader after the other.</summary>
internal sealed class PlannedNetwork : IAsyncDisposable
{
    private readonly CancellationTokenSource _lost = new();

    private PlannedNetwork(FakeTimeProvider time)
    {
        Time = time;
        Store = new(time);
        Feed = Views.FeedOf(Store, time);
    }

    public FakeTimeProvider Time { get; }

    public MemoryStateStore Store { get; }

    public NetworkViewFeed Feed { get; }

    public NetworkView View => Feed.Current;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<PlannedNetwork> StartAsync(params IEnumerable<object> records)
    {
        var network = new PlannedNetwork(new(Samples.Now));
        foreach (var record in records.Prepend(Samples.Network))
        {
            var entry = Samples.Entry(record);
            await network.Store.CommitAsync(new StateTransaction().Put(entry.Key, entry.Value), Token);
        }

        await network.Feed.StartAsync(Token);
        return network;
    }

    /// <summary>A new term; earlier ones write nothing more.</summary>
    public async Task<LeaderTerm> ElectAsync(IStateStore? through = null)
    {
        var leader = StateJson.Write(new LeaderRecord { Replica = "a", Lease = 1, Since = Time.GetUtcNow() });
        var result = await Store.CommitAsync(new StateTransaction().Put(Samples.Keys.Leader, leader), Token);
        return new(through ?? Store, Samples.Keys.Leader, result.Revision, _lost);
    }

    public async Task PutAsync(params IEnumerable<object> records)
    {
        var transaction = new StateTransaction();
        foreach (var entry in records.Select(Samples.Entry))
        {
            transaction.Put(entry.Key, entry.Value);
        }

        await CommitAsync(transaction);
    }

    public async Task DeleteAsync(string key) => await CommitAsync(new StateTransaction().Delete(key));

    public async Task CommitAsync(StateTransaction transaction)
    {
        var result = await Store.CommitAsync(transaction, Token);
        Assert.True(result.Succeeded);
        await Feed.WaitForAsync(result.Revision, Token);
    }

    public async Task<int> CountAsync(string prefix) => (await Store.ListAsync(prefix, Token)).Entries.Count;

    public async ValueTask DisposeAsync()
    {
        await Feed.StopAsync(Token);
        Feed.Dispose();
        await Store.DisposeAsync();
        _lost.Dispose();
    }
}
