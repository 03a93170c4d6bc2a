using Cellway.Model.State;
using Microsoft.Data.Sqlite;

namespace Cellway.State.Sqlite;

/// <summary>The one connection that writes. Between <see cref="Begin"/> and <see cref="Commit"/> stand any number of transactions, each with its revision.</summary>
/// <remarks>Used by one thread at a time. <see cref="SqliteException"/> passes through: the caller then calls <see cref="Abandon"/>.</remarks>
internal sealed class SqliteWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteWriteStatements _sql;
    private readonly SqliteStateOptions _options;
    private readonly TimeProvider _time;
    private readonly List<StateChangeBatch> _pending = [];
    private long _revision;
    private long _compactRevision;
    private long _lastLeaseId;
    private bool _dirty;
    private bool _stale;
    private bool _filled;

    public SqliteWriter(SqliteConnection connection, SqliteStateOptions options, TimeProvider time)
    {
        _connection = connection;
        _options = options;
        _time = time;
        _sql = new(connection);
        Leases = new(time);
        Load();
        foreach (var (id, seconds) in ReadLeases())
        {
            Leases.Add(id, seconds);
        }

        Changes = new(_revision + 1, LiveRevisions, ChangePage.MaxBytes);
    }

    /// <summary>What a watcher that keeps up finds without reading the file.</summary>
    private const int LiveRevisions = 1024;

    public LeaseTable Leases { get; }

    public ChangeLog Changes { get; }

    public void Begin()
    {
        if (_stale)
        {
            Load();
            Leases.Restore(ReadLeases());
            Changes.Restart(_revision + 1);
            _stale = false;
        }

        _sql.Begin.Run();
    }

    /// <summary>Makes everything since <see cref="Begin"/> durable, then lets watchers see it.</summary>
    public void Commit()
    {
        if (_revision - _compactRevision >= _options.HistoryRevisions + (_options.HistoryRevisions / 8))
        {
            Compact(_revision - _options.HistoryRevisions + 1);
        }

        if (_dirty)
        {
            _sql.SaveStore.Run(_revision, _compactRevision, _lastLeaseId);
        }

        _sql.Commit.Run();
        _dirty = false;
        if (_filled)
        {
            Changes.Restart(_revision + 1);
            _filled = false;
        }
        else
        {
            Changes.Append([.. _pending]);
        }

        Changes.Compact(_compactRevision);
        _pending.Clear();
    }

    /// <summary>Forgets everything since <see cref="Begin"/>.</summary>
    public void Abandon()
    {
        _pending.Clear();
        (_dirty, _filled) = (false, false);
        _stale = true;
        try
        {
            _sql.Rollback.Run();
        }
        catch (SqliteException)
        {
            // Most failures of the disk have rolled back already, and then there is no transaction to end.
        }
    }

    public TransactionResult Apply(CheckedTransaction transaction)
    {
        // A lease that has ended must not take part, else its owner would lose a race by an exception and not by a value.
        ExpireLeases();
        if (transaction.Conditions.Any(c => (_sql.ModRevisionOf.Ask(c.Key) ?? 0) != c.ModRevision))
        {
            return new(false, _revision);
        }

        if (transaction.Writes.FirstOrDefault(w => w.LeaseId != 0 && !Leases.Contains(w.LeaseId)) is { LeaseId: not 0 } orphan)
        {
            throw CheckedTransaction.UnknownLease(orphan.LeaseId);
        }

        Write(transaction.Writes);
        return new(true, _revision);
    }

    /// <summary>Puts the keys without a history, which a new store has no use for and which would take twice the time.</summary>
    public long Fill(IReadOnlyList<StateWrite> writes)
    {
        var revision = ++_revision;
        foreach (var write in writes)
        {
            _sql.PutEntry.Run(write.Key, write.Value!.Value.ToArray(), revision, revision, 0L);
        }

        (_dirty, _filled) = (true, true);
        return Compact(revision + 1);
    }

    public long GrantLease(int seconds)
    {
        _dirty = true;
        _sql.AddLease.Run(++_lastLeaseId, seconds);
        Leases.Add(_lastLeaseId, seconds);
        return _lastLeaseId;
    }

    public bool RevokeLease(long leaseId)
    {
        var known = Leases.Remove(leaseId);
        if (known)
        {
            End(leaseId);
        }

        return known;
    }

    /// <returns>How many ended.</returns>
    public int ExpireLeases()
    {
        var expired = Leases.TakeExpired();
        foreach (var leaseId in expired)
        {
            End(leaseId);
        }

        return expired.Count;
    }

    /// <summary>Forgets the history before <paramref name="revision"/>.</summary>
    public long Compact(long revision)
    {
        if (revision > _compactRevision)
        {
            _compactRevision = Math.Min(revision, _revision + 1);
            _dirty = true;
            _sql.DropHistory.Run(_compactRevision);
        }

        return _compactRevision;
    }

    /// <summary>Forgets the history that is too old.</summary>
    public long CompactByAge()
    {
        var cutoff = (_time.GetUtcNow() - _options.HistoryAge).ToUnixTimeMilliseconds();
        return Compact(_sql.FirstRevisionSince.Ask(cutoff) ?? _revision + 1);
    }

    public void Dispose()
    {
        _sql.Dispose();
        _connection.Dispose();
    }

    private void End(long leaseId)
    {
        List<StateWrite> deletions = [];
        using (var keys = _sql.KeysOfLease.Query(leaseId))
        {
            while (keys.Read())
            {
                deletions.Add(new(keys.GetString(0), null, 0));
            }
        }

        Write(deletions);
        _sql.DropLease.Run(leaseId);
    }

    private void Write(IReadOnlyList<StateWrite> writes)
    {
        List<StateChange> changes = [];
        var revision = _revision + 1;
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var write in writes)
        {
            var created = _sql.CreateRevisionOf.Ask(write.Key);
            if (write.Value is { } value)
            {
                var entry = new StateEntry(write.Key, value, created ?? revision, revision, write.LeaseId);
                var bytes = value.ToArray();
                _sql.PutEntry.Run(entry.Key, bytes, entry.CreateRevision, revision, entry.LeaseId);
                _sql.AddHistory.Run(revision, entry.Key, bytes, entry.CreateRevision, entry.LeaseId, now);
                changes.Add(new(entry.Key, entry));
            }
            else if (created is not null)
            {
                _sql.DeleteEntry.Run(write.Key);
                _sql.AddHistory.Run(revision, write.Key, null, 0L, 0L, now);
                changes.Add(new(write.Key, null));
            }
        }

        if (changes.Count > 0)
        {
            _revision = revision;
            _dirty = true;
            _pending.Add(new(revision, changes));
        }
    }

    private void Load()
    {
        using var row = _sql.LoadStore.Query();
        row.Read();
        (_revision, _compactRevision, _lastLeaseId) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
    }

    private Dictionary<long, int> ReadLeases()
    {
        Dictionary<long, int> leases = [];
        using var rows = _sql.LoadLeases.Query();
        while (rows.Read())
        {
            leases.Add(rows.GetInt64(0), rows.GetInt32(1));
        }

        return leases;
    }
}
