using Cellway.Model.State;

namespace Cellway.Manager.View;

/// <summary>The store as this replica may use it: once it must not go on, it writes nothing any more.</summary>
internal sealed class WriteGate(IStateStore store, ReplicaFailure failure) : IStateStore
{
    public ValueTask<StateEntry?> GetAsync(string key, CancellationToken cancellationToken) => store.GetAsync(key, cancellationToken);

    public ValueTask<StateSnapshot> ListAsync(string prefix, CancellationToken cancellationToken) => store.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<StatePage> ScanAsync(string prefix, CancellationToken cancellationToken) => store.ScanAsync(prefix, cancellationToken);

    public ValueTask<TransactionResult> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken) =>
        failure.Reason is { } reason ? throw new StateUnavailableException(reason.Message, reason) : store.CommitAsync(transaction, cancellationToken);

    public IAsyncEnumerable<StateChangeBatch> WatchAsync(string prefix, long fromRevision, CancellationToken cancellationToken) =>
        store.WatchAsync(prefix, fromRevision, cancellationToken);

    public ValueTask<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken) => store.GrantLeaseAsync(timeToLive, cancellationToken);

    public ValueTask<bool> RenewLeaseAsync(long leaseId, CancellationToken cancellationToken) => store.RenewLeaseAsync(leaseId, cancellationToken);

    public ValueTask RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) => store.RevokeLeaseAsync(leaseId, cancellationToken);

    /// <summary>Leaves the store open: it belongs to whoever opened it.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
