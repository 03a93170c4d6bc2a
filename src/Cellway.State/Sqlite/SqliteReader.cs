using Cellway.Model.State;
using Microsoft.Data.Sqlite;

namespace Cellway.State.Sqlite;

/// <summary>A connection that only reads. In WAL mode it sees every commit that ended before it asked, and waits for no writer.</summary>
internal sealed class SqliteReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _end;
    private readonly SqliteStatement _revisions;
    private readonly SqliteStatement _get;
    private readonly SqliteStatement _list;
    private readonly SqliteStatement _count;
    private readonly SqliteStatement _history;

    public SqliteReader(SqliteConnection connection)
    {
        _connection = connection;
        _begin = new(connection, "BEGIN");
        _end = new(connection, "COMMIT");
        _revisions = new(connection, "SELECT revision, compact_revision FROM store");
        _get = new(connection, "SELECT key, value, create_revision, mod_revision, lease_id FROM entries WHERE key = $1", 1);
        _list = new(
            connection,
            "SELECT key, value, create_revision, mod_revision, lease_id FROM entries WHERE key >= $1 AND key < $2 ORDER BY key",
            2);
        _count = new(connection, "SELECT count(*) FROM entries WHERE key >= $1 AND key < $2", 2);
        _history = new(
            connection,
            """
            SELECT key, value, create_revision, revision, lease_id FROM history
            WHERE revision >= $1 AND key >= $2 AND key < $3 ORDER BY revision, key
            """,
            3);
    }

    public StateEntry? Get(string key)
    {
        using var row = _get.Query(key);
        return row.Read() ? EntryOf(row) : null;
    }

    public StateSnapshot List(string prefix)
    {
        _begin.Run();
        var (revision, _) = Revisions();
        List<StateEntry> entries = [];
        using (var rows = _list.Query(prefix, StateLimits.EndOf(prefix)))
        {
            while (rows.Read())
            {
                entries.Add(EntryOf(rows));
            }
        }

        _end.Run();
        return new(revision, entries);
    }

    /// <summary>The reader belongs to whoever enumerates until the end, or until the enumerator is disposed.</summary>
    public IEnumerable<StatePage> Scan(string prefix)
    {
        _begin.Run();
        try
        {
            var (revision, _) = Revisions();
            var total = _count.Ask(prefix, StateLimits.EndOf(prefix))!.Value;
            List<StateEntry> entries = [];
            var bytes = 0;
            using var rows = _list.Query(prefix, StateLimits.EndOf(prefix));
            while (rows.Read())
            {
                entries.Add(EntryOf(rows));
                bytes += entries[^1].Value.Length;
                if (entries.Count == StateLimits.ScanKeys || bytes >= StateLimits.ScanBytes)
                {
                    yield return new(revision, total, entries);
                    (entries, bytes) = ([], 0);
                }
            }

            yield return new(revision, total, entries);
        }
        finally
        {
            _end.Run();
        }
    }

    /// <exception cref="StateCompactedException"><paramref name="from"/> is older than the history.</exception>
    public ChangePage History(string prefix, long from)
    {
        _begin.Run();
        try
        {
            var (revision, compactRevision) = Revisions();
            return from < compactRevision ? throw new StateCompactedException(compactRevision) : Page(prefix, from, revision);
        }
        finally
        {
            _end.Run();
        }
    }

    public void Dispose()
    {
        foreach (var statement in (SqliteStatement[])[_begin, _end, _revisions, _get, _list, _count, _history])
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private ChangePage Page(string prefix, long from, long revision)
    {
        List<StateChangeBatch> batches = [];
        List<StateChange> changes = [];
        var current = 0L;
        var bytes = 0L;
        using var rows = _history.Query(from, prefix, StateLimits.EndOf(prefix));
        while (rows.Read())
        {
            var rowRevision = rows.GetInt64(3);
            if (rowRevision != current && changes.Count > 0)
            {
                batches.Add(new(current, changes));
                changes = [];
                if (batches.Count == ChangePage.MaxBatches || bytes >= ChangePage.MaxBytes)
                {
                    return new(batches, rowRevision);
                }
            }

            current = rowRevision;
            var change = new StateChange(rows.GetString(0), rows.GetInt64(2) == 0 ? null : EntryOf(rows));
            bytes += ChangePage.SizeOf(change);
            changes.Add(change);
        }

        if (changes.Count > 0)
        {
            batches.Add(new(current, changes));
        }

        return new(batches, Math.Max(from, revision + 1));
    }

    private (long Revision, long CompactRevision) Revisions()
    {
        using var row = _revisions.Query();
        row.Read();
        return (row.GetInt64(0), row.GetInt64(1));
    }

    private static StateEntry EntryOf(SqliteDataReader row) =>
        new(row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4));
}
