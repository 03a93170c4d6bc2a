using Cellway.Model.State;

namespace Cellway.Tests.Manager;

/// <summary>A store that now and then commits and loses the answer, or fails before it commits. Whoever calls it cannot tell which.</summary>
internal sealed class LossyStore(IStateStore inner, Func<bool> loses, Func<bool> fails) : IStateStore
{
    public int Lost { get; private set; }

    public ValueTask<StateEntry?> GetAsync(string key, CancellationToken cancellationToken) => inner.GetAsync(key, cancellationToken);

    public ValueTask<StateSnapshot> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<StatePage> ScanAsync(string prefix, CancellationToken cancellationToken) => inner.ScanAsync(prefix, cancellationToken);

    public async ValueTask<TransactionResult> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        if (fails())
        {
            Lost++;
            throw new StateUnavailableException("The test says so.");
        }

        var result = await inner.CommitAsync(transaction, cancellationToken);
        if (loses())
        {
            Lost++;
            throw new StateUnavailableException("The test says so.");
        }

        return result;
    }

    public IAsyncEnumerable<StateChangeBatch> WatchAsync(string prefix, long fromRevision, CancellationToken cancellationToken) => inner.WatchAsync(prefix, fromRevision, cancellationToken);

    public ValueTask<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken) => inner.GrantLeaseAsync(timeToLive, cancellationToken);

    public ValueTask<bool> RenewLeaseAsync(long leaseId, CancellationToken cancellationToken) => inner.RenewLeaseAsync(leaseId, cancellationToken);

    public ValueTask RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) => inner.RevokeLeaseAsync(leaseId, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
