using System.Diagnostics;
using System.Text;
using Cellway.Model.State;
using Xunit;

namespace Cellway.Testing;

/// <summary>What a store gives to be tested, and what its tests share.</summary>
/// <remarks>Tests never assume a first revision, so a store may have been written before; while a test runs nobody else writes it.</remarks>
public abstract class StateStoreContractHarness : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    protected IStateStore Store { get; private set; } = null!;

    /// <summary>Ends with the test run, and in any case after a minute.</summary>
    protected CancellationToken Limit => _limit.Token;

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await CleanUpAsync();
        _limit.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A store without keys.</summary>
    protected abstract ValueTask<IStateStore> OpenAsync();

    /// <summary>Lets time pass for leases: a fake clock moves, a real server is waited for.</summary>
    protected abstract Task AdvanceAsync(TimeSpan time);

    /// <summary>Drops the history before <paramref name="revision"/>.</summary>
    protected abstract Task CompactAsync(long revision);

    protected virtual ValueTask CleanUpAsync() => ValueTask.CompletedTask;

    protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(StateEntry? entry) => Encoding.UTF8.GetString(entry!.Value.Span);

    protected static string[] Keys(StateSnapshot snapshot) => [.. snapshot.Entries.Select(e => e.Key)];

    protected async Task<long> PutAsync(string key, string value, long leaseId = 0)
    {
        var result = await Store.CommitAsync(new StateTransaction().Put(key, Bytes(value), leaseId), Limit);
        Assert.True(result.Succeeded);
        return result.Revision;
    }

    protected async Task<long> DeleteAsync(string key) => (await Store.CommitAsync(new StateTransaction().Delete(key), Limit)).Revision;

    protected async Task<long> RevisionAsync() => (await Store.ListAsync("", Limit)).Revision;

    /// <summary>The next <paramref name="count"/> batches of a watch.</summary>
    protected async Task<List<StateChangeBatch>> WatchedAsync(string prefix, long from, int count)
    {
        List<StateChangeBatch> batches = [];
        await foreach (var batch in Store.WatchAsync(prefix, from, Limit))
        {
            batches.Add(batch);
            if (batches.Count == count)
            {
                break;
            }
        }

        return batches;
    }

    /// <summary>Every batch up to the one at <paramref name="last"/>.</summary>
    protected async Task<List<StateChangeBatch>> WatchedUntilAsync(string prefix, long from, Task<long> last)
    {
        List<StateChangeBatch> batches = [];
        await foreach (var batch in Store.WatchAsync(prefix, from, Limit))
        {
            batches.Add(batch);
            if (batch.Changes.Any(c => c.Key.EndsWith("/end", StringComparison.Ordinal)))
            {
                Assert.Equal(await last, batch.Revision);
                break;
            }
        }

        return batches;
    }

    protected async Task EventuallyAsync(Func<Task<bool>> holds, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(clock.Elapsed < Patience, $"Not within {Patience.TotalSeconds} s: {what}.");
            await Task.Delay(20, Limit);
        }
    }

    /// <summary>What a watcher knows that applied <paramref name="batches"/> to nothing.</summary>
    protected static IEnumerable<StateEntry> Replay(IEnumerable<StateChangeBatch> batches)
    {
        SortedDictionary<string, StateEntry> entries = new(StringComparer.Ordinal);
        foreach (var change in batches.SelectMany(b => b.Changes))
        {
            if (change.Entry is null)
            {
                Assert.True(entries.Remove(change.Key), $"{change.Key} was deleted but never there.");
            }
            else
            {
                entries[change.Key] = change.Entry;
            }
        }

        return entries.Values;
    }

    protected static void AssertSame(IEnumerable<StateEntry> expected, IEnumerable<StateEntry> actual) =>
        Assert.Equal(expected.Select(Describe), actual.Select(Describe));

    private static string Describe(StateEntry e) =>
        $"{e.Key}={Convert.ToHexString(e.Value.Span)} created {e.CreateRevision} modified {e.ModRevision} lease {e.LeaseId}";
}
