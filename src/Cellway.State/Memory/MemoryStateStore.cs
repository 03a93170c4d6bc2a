using System.Runtime.CompilerServices;
using Cellway.Model.State;

namespace Cellway.State.Memory;

/// <summary>The state in this process only, gone with it: for tests and for a network that is rebuilt at every start.</summary>
public sealed class MemoryStateStore : IStateStore
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, StateEntry> _entries = new(StringComparer.Ordinal);
    private readonly LeaseTable _leases;
    private readonly ChangeLog _changes;
    private readonly ITimer _sweep;
    private long _revision;
    private long _lastLeaseId;
    private bool _disposed;

    /// <summary>Creates an empty store.</summary>
    /// <param name="time">Ends leases.</param>
    /// <param name="options">Bounds; <see langword="null"/> for the defaults.</param>
    public MemoryStateStore(TimeProvider time, MemoryStateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.HistoryRevisions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.HistoryBytes, 1);
        _leases = new(time);
        _changes = new(firstRevision: 1, options.HistoryRevisions, options.HistoryBytes);
        _sweep = time.CreateTimer(_ => SweepIfOpen(), null, LeaseTable.SweepInterval, LeaseTable.SweepInterval);
    }

    /// <inheritdoc/>
    public ValueTask<StateEntry?> GetAsync(string key, CancellationToken cancellationToken)
    {
        StateLimits.CheckKey(key);
        return Locked(() => _entries.GetValueOrDefault(key), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<StateSnapshot> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        StateLimits.CheckPrefix(prefix);
        return Locked(
            () => new StateSnapshot(_revision, [.. _entries.Values.Where(e => e.Key.StartsWith(prefix, StringComparison.Ordinal))]),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StatePage> ScanAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Entries never change, so that a list of them is a moment, and copies no value.
        var (revision, entries) = await ListAsync(prefix, cancellationToken);
        for (var begin = 0; begin == 0 || begin < entries.Count; begin += StateLimits.ScanKeys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new(revision, entries.Count, [.. entries.Skip(begin).Take(StateLimits.ScanKeys)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<TransactionResult> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        var checkedTransaction = CheckedTransaction.Check(transaction);
        return Locked(() => Commit(checkedTransaction), cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<StateChangeBatch> WatchAsync(string prefix, long fromRevision, CancellationToken cancellationToken)
    {
        StateLimits.CheckPrefix(prefix);
        StateLimits.CheckRevision(fromRevision);
        return ReadChangesAsync(prefix, fromRevision, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<long> GrantLeaseAsync(TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var seconds = StateLimits.CheckTimeToLive(timeToLive);
        return Locked(
            () =>
            {
                _leases.Add(++_lastLeaseId, seconds);
                return _lastLeaseId;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> RenewLeaseAsync(long leaseId, CancellationToken cancellationToken) => Locked(
        () =>
        {
            Sweep();
            return _leases.Renew(leaseId);
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) => await Locked(
        () =>
        {
            var known = _leases.Remove(leaseId);
            if (known)
            {
                DeleteKeysOf(leaseId);
            }

            return known;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        await _sweep.DisposeAsync();
        _changes.Complete();
    }

    /// <summary>Forgets the history before <paramref name="revision"/>.</summary>
    internal void Compact(long revision) => _changes.Compact(revision);

    private ValueTask<T> Locked<T>(Func<T> action, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return ValueTask.FromResult(action());
        }
    }

    private TransactionResult Commit(CheckedTransaction transaction)
    {
        // A lease that has ended must not take part, else its owner would lose a race by an exception and not by a value.
        Sweep();
        if (transaction.Conditions.Any(c => (_entries.GetValueOrDefault(c.Key)?.ModRevision ?? 0) != c.ModRevision))
        {
            return new(false, _revision);
        }

        if (transaction.Writes.FirstOrDefault(w => w.LeaseId != 0 && !_leases.Contains(w.LeaseId)) is { LeaseId: not 0 } orphan)
        {
            throw CheckedTransaction.UnknownLease(orphan.LeaseId);
        }

        Apply(transaction.Writes);
        return new(true, _revision);
    }

    private void Apply(IEnumerable<StateWrite> writes)
    {
        List<StateChange> changes = [];
        var revision = _revision + 1;
        foreach (var write in writes)
        {
            var existing = _entries.GetValueOrDefault(write.Key);
            if (write.Value is { } value)
            {
                var entry = new StateEntry(write.Key, value, existing?.CreateRevision ?? revision, revision, write.LeaseId);
                _entries[write.Key] = entry;
                changes.Add(new(write.Key, entry));
            }
            else if (existing is not null)
            {
                _entries.Remove(write.Key);
                changes.Add(new(write.Key, null));
            }
        }

        if (changes.Count > 0)
        {
            _revision = revision;
            _changes.Append([new(revision, changes)]);
        }
    }

    private void SweepIfOpen()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                Sweep();
            }
        }
    }

    private void Sweep()
    {
        foreach (var leaseId in _leases.TakeExpired())
        {
            DeleteKeysOf(leaseId);
        }
    }

    private void DeleteKeysOf(long leaseId) =>
        Apply([.. _entries.Values.Where(e => e.LeaseId == leaseId).Select(e => new StateWrite(e.Key, null, 0))]);

    private async IAsyncEnumerable<StateChangeBatch> ReadChangesAsync(
        string prefix, long next, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var completed = _changes.IsCompleted;
            var changed = _changes.Changed;
            var page = _changes.Read(prefix, next) ?? throw new StateCompactedException(_changes.First);
            foreach (var batch in page.Batches)
            {
                yield return batch;
            }

            if (page.Next > next)
            {
                next = page.Next;
            }
            else if (completed)
            {
                yield break;
            }
            else
            {
                await changed.WaitAsync(cancellationToken);
            }
        }
    }
}
