using Cellway.Model.State;

namespace Cellway.Tests.Manager.Accounting;

/// <summary>A store whose next write is lost, before it happens or after.</summary>
internal sealed class LossyStore(IStateStore inner) : IStateStore
{
    public StoreFault Fault { get; set; }

    /// <summary>How many writes there were.</summary>
    public int Writes { get; private set; }

    public ValueTask<StateEntry?> GetAsync(string key, CancellationToken cancellationToken) => inner.GetAsync(key, cancellationToken);

    public ValueTask<StateSnapshot> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<StatePage> ScanAsync(string prefix, CancellationToken cancellationToken) => inner.ScanAsync(prefix, cancellationToken);

    public async ValueTask<TransactionResult> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        Writes++;
        var fault = Fault;
        Fault = StoreFault.None;
        if (fault == StoreFault.Lost)
        {
            throw new StateUnavailableException("The test says so.");
        }

        var result = await inner.CommitAsync(transaction, cancellationToken);
        return fault == StoreFault.AnswerLost ? throw new StateUnavailableException("The test says so.") : result;
    }

    public IAsyncEnumerable<StateChangeBatch> WatchAsync(string prefix, long fromRevision, CancellationToken cancellationToken) =>
        inner.WatchAsync(prefix, fromRevision, cancellationToken);

    public ValueTask<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken) => inner.GrantLeaseAsync(timeToLive, cancellationToken);

    public ValueTask<bool> RenewLeaseAsync(long leaseId, CancellationToken cancellationToken) => inner.RenewLeaseAsync(leaseId, cancellationToken);

    public ValueTask RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) => inner.RevokeLeaseAsync(leaseId, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
