using System.Runtime.CompilerServices;
using Cellway.Model.State;
using Microsoft.Data.Sqlite;

namespace Cellway.State.Sqlite;

/// <summary>The state in one file of one process. A write that was acknowledged survives a power cut.</summary>
/// <remarks>Leases survive too; at every open each has its full time to live again.</remarks>
public sealed class SqliteStateStore : IStateStore
{
    private static readonly TimeSpan CompactInterval = TimeSpan.FromMinutes(1);

    private readonly SqliteStateFile _file;
    private readonly LeaseTable _leases;
    private readonly ChangeLog _changes;
    private readonly GroupCommitter _writes;
    private readonly SqliteReaderPool _readers;
    private readonly PeriodicTimer _ticks;
    private readonly Task _upkeep;
    private readonly TimeProvider _time;

    private SqliteStateStore(SqliteStateFile file, SqliteWriter writer, TimeProvider time)
    {
        _file = file;
        _time = time;
        _leases = writer.Leases;
        _changes = writer.Changes;
        _writes = new(file.Path, writer);
        _readers = new(file.Path, file.OpenReader);
        _ticks = new(LeaseTable.SweepInterval, time);
        _upkeep = KeepUpAsync();
    }

    /// <summary>Opens the state file, making it (mode 0600) and its directory (0700) if they are missing.</summary>
    /// <param name="path">The file. SQLite keeps <c>-wal</c> and <c>-shm</c> files beside it, and this class a <c>.lock</c> file.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="time">Ends leases and dates the history.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="StateStoreInUseException">Another process has it open.</exception>
    /// <exception cref="StateStoreFileException">It is unreadable, damaged, not ours, or of a newer version; the message says what to do.</exception>
    /// <exception cref="StateUnavailableException">The disk failed.</exception>
    public static Task<SqliteStateStore> OpenAsync(
        string path, SqliteStateOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.HistoryRevisions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.HistoryAge, TimeSpan.Zero);
        return Task.Run(() => Open(path, options, time), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<StateEntry?> GetAsync(string key, CancellationToken cancellationToken)
    {
        StateLimits.CheckKey(key);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_readers.Read(r => r.Get(key)));
    }

    /// <inheritdoc/>
    public ValueTask<StateSnapshot> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        StateLimits.CheckPrefix(prefix);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_readers.Read(r => r.List(prefix)));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StatePage> ScanAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StateLimits.CheckPrefix(prefix);
        await Task.Yield(); // reading is the caller's thread's work, but not before it waits for the first piece
        foreach (var page in _readers.ReadPieces(r => r.Scan(prefix)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return page;
        }
    }

    /// <inheritdoc/>
    public ValueTask<TransactionResult> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        var checkedTransaction = CheckedTransaction.Check(transaction);
        return _writes.WriteAsync(w => w.Apply(checkedTransaction), checkedTransaction.Bytes, cancellationToken);
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
        return _writes.WriteAsync(w => w.GrantLease(seconds), 0, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RenewLeaseAsync(long leaseId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_leases.Renew(leaseId))
        {
            return true;
        }

        // False promises that the lease's keys are gone, and the sweep that deletes them may not have run yet.
        await _writes.WriteAsync(w => w.ExpireLeases(), 0, cancellationToken);
        return false;
    }

    /// <inheritdoc/>
    public async ValueTask RevokeLeaseAsync(long leaseId, CancellationToken cancellationToken) =>
        await _writes.WriteAsync(w => w.RevokeLease(leaseId), 0, cancellationToken);

    /// <summary>Finishes what was asked, ends the watches and lets go of the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _ticks.Dispose();
        await _upkeep;
        await _writes.DisposeAsync();
        _changes.Complete();
        await _readers.DisposeAsync();
        _file.Dispose();
    }

    /// <summary>Writes many keys at once, in one revision that the history does not keep: whoever watches must list again.</summary>
    internal async ValueTask FillAsync(IReadOnlyList<StateWrite> writes, CancellationToken cancellationToken) =>
        await _writes.WriteAsync(w => w.Fill(writes), 0, cancellationToken);

    /// <summary>Forgets the history before <paramref name="revision"/>.</summary>
    internal ValueTask<long> CompactAsync(long revision, CancellationToken cancellationToken) =>
        _writes.WriteAsync(w => w.Compact(revision), 0, cancellationToken);

    private static SqliteStateStore Open(string path, SqliteStateOptions options, TimeProvider time)
    {
        var file = SqliteStateFile.Take(path);
        try
        {
            return new(file, new SqliteWriter(file.OpenWriter(options.MaxPages), options, time), time);
        }
        catch (SqliteException e)
        {
            file.Dispose();
            throw SqliteErrors.AtOpen(file.Path, e);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private async Task KeepUpAsync()
    {
        var compacted = _time.GetTimestamp();
        while (await _ticks.WaitForNextTickAsync())
        {
            try
            {
                if (_leases.AnyExpired)
                {
                    await _writes.WriteAsync(w => w.ExpireLeases(), 0, CancellationToken.None);
                }

                if (_time.GetElapsedTime(compacted) >= CompactInterval)
                {
                    compacted = _time.GetTimestamp();
                    await _writes.WriteAsync(w => w.CompactByAge(), 0, CancellationToken.None);
                }
            }
            catch (StateUnavailableException)
            {
                // Whoever writes hears of it too; what ended has ended, and the next tick tries again.
            }
        }
    }

    private async IAsyncEnumerable<StateChangeBatch> ReadChangesAsync(
        string prefix, long next, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var completed = _changes.IsCompleted;
            var changed = _changes.Changed;
            if ((_changes.Read(prefix, next) ?? ReadHistory(prefix, next)) is not { } page)
            {
                yield break;
            }

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
    /// <returns><see langword="null"/> when the store is closed.</returns>
    private ChangePage? ReadHistory(string prefix, long next)
    {
        try
        {
            return _readers.Read(r => r.History(prefix, next));
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }
}
