using System.Text;
using Cellway.Model.State;
using Cellway.State.Sqlite;

namespace Cellway.State.Copying;

/// <summary>Fills an empty store. Until <see cref="EndAsync"/> a mark says that it is incomplete, and of what, so that another can go on.</summary>
public sealed class StateFilling
{
    // With the mark, as many keys as a transaction may test; and with room for a value of any size.
    private const int BatchKeys = StateLimits.MaxTransactionKeys - 1;
    private const int BatchBytes = StateLimits.MaxTransactionBytes - (BatchKeys * StateLimits.MaxKeyBytes * 2);
    private const int Together = 16;
    private const int Tries = 4;

    private readonly IStateStore _store;
    private readonly long _mark;

    private StateFilling(IStateStore store, long mark) => (_store, _mark) = (store, mark);

    /// <summary>Begins, or goes on with what was begun as the same <paramref name="source"/>.</summary>
    /// <exception cref="StateCopyException">The store is not empty, or holds a piece of something else; nothing was changed.</exception>
    public static async Task<StateFilling> BeginAsync(IStateStore store, string source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (await store.GetAsync(StateKeys.Incomplete, cancellationToken) is { } mark)
        {
            return Encoding.UTF8.GetString(mark.Value.Span) == source
                ? new(store, mark.ModRevision)
                : throw new StateCopyException("The target holds a piece of something else, from a copy that was interrupted. Nothing was changed: name an empty one.");
        }

        await foreach (var page in store.ScanAsync(StateKeys.Root, cancellationToken))
        {
            if (page.Total > 0)
            {
                throw new StateCopyException("The target holds a network already, and nothing was changed. Name an empty one: another file, another etcd, or another prefix.");
            }
        }

        var begun = await store.CommitAsync(new StateTransaction().Create(StateKeys.Incomplete, Encoding.UTF8.GetBytes(source)), cancellationToken);
        return begun.Succeeded ? new(store, begun.Revision) : throw Disturbed();
    }

    /// <summary>What is there already, in key order.</summary>
    public async IAsyncEnumerable<StateEntry> PresentAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in _store.ScanAsync(StateKeys.Root, cancellationToken))
        {
            foreach (var entry in page.Entries)
            {
                if (entry.Key != StateKeys.Incomplete)
                {
                    yield return entry;
                }
            }
        }
    }

    /// <summary>Writes keys that are not there.</summary>
    public async Task AddAsync(IReadOnlyList<StateWrite> writes, CancellationToken cancellationToken)
    {
        if (_store is SqliteStateStore sqlite)
        {
            await sqlite.FillAsync(writes, cancellationToken);
            return;
        }

        // A majority of etcd's members takes its time to answer, however little it is asked: so much at once.
        await Parallel.ForEachAsync(Batches(writes), new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = cancellationToken }, CommitAsync);
    }

    /// <summary>Takes the mark away, with the last writes.</summary>
    public async Task EndAsync(Action<StateTransaction> last, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(last);
        var transaction = new StateTransaction().Require(StateKeys.Incomplete, _mark).Delete(StateKeys.Incomplete);
        last(transaction);
        await CommitAsync(transaction, async () => await _store.GetAsync(StateKeys.Incomplete, cancellationToken) is null, cancellationToken);
    }

    private async ValueTask CommitAsync(List<StateWrite> batch, CancellationToken cancellationToken)
    {
        var transaction = new StateTransaction().Require(StateKeys.Incomplete, _mark);
        foreach (var write in batch)
        {
            transaction.Create(write.Key, write.Value!.Value);
        }

        // A transaction is there as a whole or not at all: its first key tells.
        await CommitAsync(transaction, async () => await _store.GetAsync(batch[0].Key, cancellationToken) is not null, cancellationToken);
    }

    /// <param name="transaction">What changes nothing when it is sent again.</param>
    /// <param name="isDone">Tells, when no answer has come, whether it was done.</param>
    /// <param name="cancellationToken">Stops.</param>
    private async Task CommitAsync(StateTransaction transaction, Func<Task<bool>> isDone, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                if ((await _store.CommitAsync(transaction, cancellationToken)).Succeeded || (tries > 1 && await isDone()))
                {
                    return;
                }

                throw Disturbed();
            }
            catch (StateUnavailableException) when (tries < Tries)
            {
                // A member that is behind with its disk is not gone.
            }
        }
    }

    private static StateCopyException Disturbed() => new("Somebody else writes to the target. Make sure that nobody does, then begin again with an empty one.");

    private static IEnumerable<List<StateWrite>> Batches(IEnumerable<StateWrite> writes)
    {
        List<StateWrite> batch = [];
        var bytes = 0;
        foreach (var write in writes)
        {
            var length = write.Value!.Value.Length;
            if (batch.Count == BatchKeys || (batch.Count > 0 && bytes + length > BatchBytes))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(write);
            bytes += length;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }
}
