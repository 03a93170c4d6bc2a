using Cellway.Model.State;

namespace Cellway.IntegrationTests.Backups;

/// <summary>Who restores disposes the store, and a test looks into it afterwards.</summary>
internal class Kept(IStateStore store) : IStateStore
{
    public ValueTask<StateEntry?> GetAsync(string key, CancellationToken cancellationToken) => store.GetAsync(key, cancellationToken);

    public ValueTask<StateSnapshot> ListAsync(string prefix, CancellationToken cancellationToken) => store.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<StatePage> ScanAsync(string prefix, CancellationToken cancellationToken) => store.ScanAsync(prefix, cancellationToken);

    public virtual ValueTask<TransactionResult> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken) => store.CommitAsync(transaction, cancellationToken);

    public IAsyncEnumerable<StateChangeBatch> WatchAsync(string prefix, long fromRevision, CancellationToken cancellationToken) => store.WatchAsync(prefix, fromRevision, cancellationToken);

    public ValueTask<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken) => store.GrantLeaseAsync(timeToLive, cancellationToken);

    public ValueTask<bool> RenewLeaseAsync(long leaseId, CancellationToken cancellationToken) => store.RenewLeaseAsync(leaseId, cancellationToken);

    public ValueTask RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) => store.RevokeLeaseAsync(leaseId, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
