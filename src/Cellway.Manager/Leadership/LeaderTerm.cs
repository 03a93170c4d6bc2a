using Cellway.Model.State;

namespace Cellway.Manager.Leadership;

/// <summary>One replica's time as the leader. Whatever is written in it is fenced: it requires that the leader's key is still the one of this term.</summary>
internal sealed class LeaderTerm(IStateStore store, string key, long revision, CancellationTokenSource lost)
{
    /// <summary>Grows from term to term.</summary>
    public long Number => revision;

    /// <summary>Changes one record, as the leader, again from the start when another writer came first.</summary>
    /// <returns>Whether it was changed: it was there, and <paramref name="change"/> made another of it.</returns>
    /// <exception cref="OperationCanceledException">This replica no longer leads; nothing was written.</exception>
    public async Task<bool> ChangeAsync<T>(string recordKey, Func<T, T?> change, CancellationToken cancellationToken)
        where T : class, IStateRecord
    {
        while (await store.GetAsync(recordKey, cancellationToken) is { } entry && change(StateJson.Read<T>(entry)) is { } after)
        {
            if ((await CommitAsync(new StateTransaction().Replace(entry, StateJson.Write(after)), cancellationToken)).Succeeded)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Commits, as the leader.</summary>
    /// <returns>Whether the transaction's own conditions held.</returns>
    /// <exception cref="OperationCanceledException">This replica no longer leads; nothing was written.</exception>
    public async Task<TransactionResult> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var result = await store.CommitAsync(transaction.Require(key, revision), cancellationToken);
        if (!result.Succeeded && (await store.GetAsync(key, cancellationToken))?.ModRevision != revision)
        {
            await lost.CancelAsync();
            throw new OperationCanceledException("Another replica leads.", lost.Token);
        }

        return result;
    }
}
