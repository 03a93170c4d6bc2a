namespace Cellway.Model.State;

/// <summary>Ordered, revisioned key-value state shared by every management replica, with etcd's semantics.</summary>
/// <remarks>
/// Every committed transaction that changes something gets the next store-wide revision; the first is 1 or, in etcd, 2. A transaction that
/// changes nothing (no writes, or only deletions of keys that are not there) uses none. Keys are 1 to 512 bytes of printable ASCII;
/// values at most 1,048,576 bytes; a transaction tests and writes at most 128 keys each, of 1,441,792 bytes together (etcd's defaults
/// for --max-txn-ops and --max-request-bytes, less what its messages need). All members are safe to call concurrently. All reads are linearizable.
/// Any member may throw <see cref="StateUnavailableException"/>: the store did not answer in time, and a write may or may not have happened.
/// </remarks>
public interface IStateStore : IAsyncDisposable
{
    /// <summary>Reads one key, linearizably.</summary>
    /// <returns>The entry, or <see langword="null"/> when the key does not exist.</returns>
    ValueTask<StateEntry?> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>Reads every key that starts with <paramref name="prefix"/> at one revision, in ordinal key order.</summary>
    /// <returns>The entries, and the store's revision at which they were all true: watch from the one after it.</returns>
    ValueTask<StateSnapshot> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Reads what <see cref="ListAsync"/> would, in pieces, so that it is never in memory as a whole.</summary>
    /// <returns>At least one piece, all of them true at one revision.</returns>
    /// <exception cref="StateUnavailableException">The store failed, or forgot that revision before the last piece was read: begin again.</exception>
    IAsyncEnumerable<StatePage> ScanAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Applies every write of <paramref name="transaction"/> if every condition holds; otherwise none.</summary>
    /// <remarks>
    /// All writes of one transaction share one revision. A transaction without writes only tests its conditions.
    /// A key may be written once per transaction. Conditions are tested before leases: a lost race with an ended lease is a lost race. Losing a race is an ordinary outcome, so it is a value and not an exception.
    /// </remarks>
    /// <exception cref="ArgumentException">A key or value is outside the limits, a key is written twice, the transaction is too large, or a lease id is unknown.</exception>
    ValueTask<TransactionResult> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Every change under <paramref name="prefix"/> from <paramref name="fromRevision"/> (inclusive) on, each revision once and in order.</summary>
    /// <param name="prefix">Keys that start with it; empty for all.</param>
    /// <param name="fromRevision">The first revision of interest, at least 1; usually a snapshot's revision plus one.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <returns>One batch per revision that touched the prefix, never split and never merged. It ends when the store is closed.</returns>
    /// <exception cref="OperationCanceledException">The watch was cancelled.</exception>
    /// <exception cref="StateCompactedException">Changes from <paramref name="fromRevision"/> are no longer kept: list again and watch from there.</exception>
    IAsyncEnumerable<StateChangeBatch> WatchAsync(string prefix, long fromRevision, CancellationToken cancellationToken);

    /// <summary>Makes a lease: keys written with it are deleted, all in one revision, when it is revoked, or when its time to live passes without a renewal.</summary>
    /// <param name="timeToLive">1 second to 24 hours, rounded up to whole seconds; a store may make a short one longer (etcd: 2 s).</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The lease's id, never 0.</returns>
    ValueTask<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Gives the lease its full time to live again.</summary>
    /// <returns><see langword="false"/> when it has ended: its keys are gone.</returns>
    ValueTask<bool> RenewLeaseAsync(long leaseId, CancellationToken cancellationToken);

    /// <summary>Ends the lease and deletes its keys. An unknown lease is ignored.</summary>
    ValueTask RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken);
}
