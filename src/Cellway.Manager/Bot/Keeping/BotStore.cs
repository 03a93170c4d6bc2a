using Cellway.Manager.Leadership;
using Cellway.Model.State;

namespace Cellway.Manager.Bot.Keeping;

/// <summary>
/// The store as one update sees it: whatever a feature writes is fenced by the leader's term, and the first of it carries what
/// the bot changes, the mark that the update was handled among it. So an update has its effect once, whoever leads.
/// </summary>
internal sealed class BotStore(IStateStore store, LeaderTerm term, BotChanges changes) : IStateStore
{
    /// <summary>Writes the changes that nothing has carried yet.</summary>
    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (!changes.IsEmpty && !(await CommitAsync(new StateTransaction(), cancellationToken)).Succeeded)
        {
            throw new ChangedMeanwhileException();
        }
    }

    /// <exception cref="ChangedMeanwhileException">The changes do not hold any more.</exception>
    public async ValueTask<TransactionResult> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        changes.AddTo(transaction);
        try
        {
            var result = await term.CommitAsync(transaction, cancellationToken);
            if (result.Succeeded)
            {
                changes.Applied(result.Revision);
            }
            else if (!await changes.RefreshAsync(store, cancellationToken))
            {
                throw new ChangedMeanwhileException();
            }

            return result;
        }
        catch (StateUnavailableException)
        {
            await TryRefreshAsync(cancellationToken); // it may have been written
            throw;
        }
    }

    public ValueTask<StateEntry?> GetAsync(string key, CancellationToken cancellationToken) => store.GetAsync(key, cancellationToken);

    public ValueTask<StateSnapshot> ListAsync(string prefix, CancellationToken cancellationToken) => store.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<StatePage> ScanAsync(string prefix, CancellationToken cancellationToken) => store.ScanAsync(prefix, cancellationToken);

    public IAsyncEnumerable<StateChangeBatch> WatchAsync(string prefix, long fromRevision, CancellationToken cancellationToken) =>
        store.WatchAsync(prefix, fromRevision, cancellationToken);

    public ValueTask<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken) => store.GrantLeaseAsync(timeToLive, cancellationToken);

    public ValueTask<bool> RenewLeaseAsync(long leaseId, CancellationToken cancellationToken) => store.RenewLeaseAsync(leaseId, cancellationToken);

    public ValueTask RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) => store.RevokeLeaseAsync(leaseId, cancellationToken);

    /// <summary>Leaves the store open: it belongs to whoever opened it.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task TryRefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await changes.RefreshAsync(store, cancellationToken);
        }
        catch (StateUnavailableException)
        {
            // The next try finds out.
        }
    }
}
