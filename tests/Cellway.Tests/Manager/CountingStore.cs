using Cellway.Model.State;

namespace Cellway.Tests.Manager;

/// <summary>Counts what is written, and can be cut off from the store below.</summary>
internal sealed class CountingStore(IStateStore inner) : IStateStore
{
    private int _writes;

    public int Writes => _writes;

    public int Largest { get; private set; }

    /// <summary>Happens once, before the next commit.</summary>
    public Func<StateTransaction, ValueTask>? BeforeNextCommit { get; set; }

    /// <summary>While set, nothing gets through.</summary>
    public bool IsCutOff { get; set; }

    public ValueTask<StateEntry?> GetAsync(string key, CancellationToken cancellationToken) => Open().GetAsync(key, cancellationToken);

    public ValueTask<StateSnapshot> ListAsync(string prefix, CancellationToken cancellationToken) => Open().ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<StatePage> ScanAsync(string prefix, CancellationToken cancellationToken) => Open().ScanAsync(prefix, cancellationToken);

    public async ValueTask<TransactionResult> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        var open = Open();
        Interlocked.Increment(ref _writes);
        Largest = Math.Max(Largest, Math.Max(transaction.Writes.Count, transaction.Conditions.Count));
        if (BeforeNextCommit is { } first)
        {
            BeforeNextCommit = null;
            await first(transaction);
        }

        return await open.CommitAsync(transaction, cancellationToken);
    }

    public IAsyncEnumerable<StateChangeBatch> WatchAsync(string prefix, long fromRevision, CancellationToken cancellationToken) =>
        inner.WatchAsync(prefix, fromRevision, cancellationToken);

    public ValueTask<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        return Open().GrantLeaseAsync(timeToLive, cancellationToken);
    }

    public ValueTask<bool> RenewLeaseAsync(long leaseId, CancellationToken cancellationToken) => Open().RenewLeaseAsync(leaseId, cancellationToken);

    public ValueTask RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) => Open().RevokeLeaseAsync(leaseId, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IStateStore Open() => IsCutOff ? throw new StateUnavailableException("The test has cut the store off.") : inner;
}
