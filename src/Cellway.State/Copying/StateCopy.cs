using Cellway.Model.State;

namespace Cellway.State.Copying;

/// <summary>Moves a state to another store.</summary>
/// <remarks>
/// The first write to the target is a mark that it is incomplete, and the last one takes the mark away, after every key has been read
/// back and compared. Who opens a store looks for the mark (<see cref="IsIncompleteAsync"/>).
/// </remarks>
public static class StateCopy
{
    // With the mark, as many keys as a transaction may test; and with room for a value of any size.
    private const int BatchKeys = StateLimits.MaxTransactionKeys - 1;
    private const int BatchBytes = StateLimits.MaxTransactionBytes - (BatchKeys * StateLimits.MaxKeyBytes * 2);

    private const string Mark = StateKeys.Incomplete;

    /// <summary>Whether a copy into the store has begun and not ended.</summary>
    public static async Task<bool> IsIncompleteAsync(IStateStore store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        return await store.GetAsync(Mark, cancellationToken) is not null;
    }

    /// <summary>Copies every key of every network, except those that live by a lease.</summary>
    /// <param name="from">The source; nobody may write it meanwhile.</param>
    /// <param name="to">The target; it must hold no network.</param>
    /// <param name="again">Whether to delete first what an interrupted copy has left in the target.</param>
    /// <param name="progress">Is told how many keys are written, of how many.</param>
    /// <param name="cancellationToken">Stops; the target is incomplete then.</param>
    /// <exception cref="StateCopyException">It was not copied.</exception>
    public static async Task<StateCopyResult> RunAsync(
        IStateStore from, IStateStore to, bool again, IProgress<(int Done, int Total)> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(progress);
        if (await IsIncompleteAsync(from, cancellationToken))
        {
            throw new StateCopyException("The source is an incomplete copy itself. Copy from the store that it was copied from.");
        }

        var all = (await from.ListAsync(StateKeys.Root, cancellationToken)).Entries;
        var entries = all.Where(e => e.LeaseId == 0).ToList();
        if (entries.Count == 0)
        {
            throw new StateCopyException("The source holds no network: there is nothing to copy.");
        }

        var mark = await BeginAsync(to, again, cancellationToken);
        var done = 0;
        foreach (var batch in Batches(entries))
        {
            var transaction = new StateTransaction().Require(Mark, mark);
            foreach (var entry in batch)
            {
                transaction.Create(entry.Key, entry.Value);
            }

            await CommitAsync(to, transaction, cancellationToken);
            done += batch.Count;
            progress.Report((done, entries.Count));
        }

        var now = await from.ListAsync(StateKeys.Root, cancellationToken);
        RequireSame(entries, now.Entries.Where(e => e.LeaseId == 0), "The source has changed during the copy ({0}). Stop every management replica first");
        var copied = await to.ListAsync(StateKeys.Root, cancellationToken);
        RequireSame(entries, copied.Entries.Where(e => e.Key != Mark), "The target does not hold what was written to it ({0}). Make sure that nobody else writes it");
        await CommitAsync(to, new StateTransaction().Require(Mark, mark).Delete(Mark), cancellationToken);
        return new(entries.Count, all.Count - entries.Count, entries.Sum(e => (long)e.Key.Length + e.Value.Length));
    }

    private static async Task<long> BeginAsync(IStateStore to, bool again, CancellationToken cancellationToken)
    {
        var present = await to.ListAsync(StateKeys.Root, cancellationToken);
        if (present.Entries.Count == 0)
        {
            return await CommitAsync(to, new StateTransaction().Create(Mark, "1"u8.ToArray()), cancellationToken);
        }

        if (present.Entries.FirstOrDefault(e => e.Key == Mark) is not { } mark)
        {
            throw new StateCopyException("The target holds a network already, and nothing was changed. Name an empty one: another file, another etcd, or another prefix.");
        }

        if (!again)
        {
            throw new StateCopyException("The target holds an interrupted copy. Say --again to delete that and to copy anew.");
        }

        foreach (var batch in present.Entries.Where(e => e.Key != Mark).Chunk(BatchKeys))
        {
            var transaction = new StateTransaction().Require(Mark, mark.ModRevision);
            foreach (var entry in batch)
            {
                transaction.Delete(entry.Key);
            }

            await CommitAsync(to, transaction, cancellationToken);
        }

        return mark.ModRevision;
    }

    private static IEnumerable<List<StateEntry>> Batches(IEnumerable<StateEntry> entries)
    {
        List<StateEntry> batch = [];
        var bytes = 0;
        foreach (var entry in entries)
        {
            if (batch.Count == BatchKeys || (batch.Count > 0 && bytes + entry.Value.Length > BatchBytes))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(entry);
            bytes += entry.Value.Length;
        }

        yield return batch;
    }

    private static async Task<long> CommitAsync(IStateStore to, StateTransaction transaction, CancellationToken cancellationToken)
    {
        var result = await to.CommitAsync(transaction, cancellationToken);
        return result.Succeeded
            ? result.Revision
            : throw new StateCopyException("Somebody else writes to the target. Make sure that nobody does, then copy again with --again.");
    }

    private static void RequireSame(List<StateEntry> expected, IEnumerable<StateEntry> actual, string otherwise)
    {
        var found = actual.ToDictionary(e => e.Key, e => e.Value);
        var different = expected.FirstOrDefault(e => !found.Remove(e.Key, out var value) || !value.Span.SequenceEqual(e.Value.Span))?.Key ?? found.Keys.FirstOrDefault();
        if (different is not null)
        {
            throw new StateCopyException(string.Format(null, otherwise, different) + ", then copy again with --again.");
        }
    }
}
