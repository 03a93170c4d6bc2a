using Cellway.Model.State;

namespace Cellway.Benchmarks.Scale;

/// <summary>Counts what a replica asks of its store.</summary>
internal sealed class CountingStore(IStateStore inner) : IStateStore
{
    private long _writes;
    private long _renewals;

    /// <summary>Transactions that write, and leases made or ended.</summary>
    public long Writes => Volatile.Read(ref _writes);

    public long Renewals => Volatile.Read(ref _renewals);

    public ValueTask<StateEntry?> GetAsync(string key, CancellationToken cancellationToken) => inner.GetAsync(key, cancellationToken);

    public ValueTask<StateSnapshot> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public ValueTask<TransactionResult> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        return inner.CommitAsync(transaction, cancellationToken);
    }

    public IAsyncEnumerable<StateChangeBatch> WatchAsync(string prefix, long fromRevision, CancellationToken cancellationToken) =>
        inner.WatchAsync(prefix, fromRevision, cancellationToken);

    public ValueTask<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        return inner.GrantLeaseAsync(timeToLive, cancellationToken);
    }

    public ValueTask<bool> RenewLeaseAsync(long leaseId, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _renewals);
        return inner.RenewLeaseAsync(leaseId, cancellationToken);
    }

    public ValueTask RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        return inner.RevokeLeaseAsync(leaseId, cancellationToken);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
