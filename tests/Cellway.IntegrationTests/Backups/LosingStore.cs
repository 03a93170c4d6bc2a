using Cellway.Model.State;

namespace Cellway.IntegrationTests.Backups;

/// <summary>A store that is gone after so many commits.</summary>
internal sealed class LosingStore(IStateStore store, int after) : Kept(store)
{
    private int _left = after;

    public override ValueTask<TransactionResult> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken) =>
        Interlocked.Decrement(ref _left) < 0 ? throw new StateUnavailableException("The test says so.") : base.CommitAsync(transaction, cancellationToken);
}
