using Cellway.Model.State;

namespace Cellway.IntegrationTests.Backups;

/// <summary>A store that answers every other commit only, but for the first: in turn it has not done it, and has.</summary>
internal sealed class ForgetfulStore(IStateStore store) : Kept(store)
{
    private int _commits = -1;

    public override async ValueTask<TransactionResult> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        var turn = Interlocked.Increment(ref _commits) % 4;
        if (turn == 1)
        {
            throw new StateUnavailableException("The test says so.");
        }

        var result = await base.CommitAsync(transaction, cancellationToken);
        return turn == 3 ? throw new StateUnavailableException("The test says so.") : result;
    }
}
