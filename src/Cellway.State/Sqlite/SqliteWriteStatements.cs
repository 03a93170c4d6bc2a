using Microsoft.Data.Sqlite;

namespace Cellway.State.Sqlite;

/// <summary>What <see cref="SqliteWriter"/> says to SQLite.</summary>
internal sealed class SqliteWriteStatements(SqliteConnection connection) : IDisposable
{
    public SqliteStatement Begin { get; } = new(connection, "BEGIN IMMEDIATE");

    public SqliteStatement Commit { get; } = new(connection, "COMMIT");

    public SqliteStatement Rollback { get; } = new(connection, "ROLLBACK");

    public SqliteStatement LoadStore { get; } = new(connection, "SELECT revision, compact_revision, last_lease_id FROM store");

    public SqliteStatement SaveStore { get; } = new(connection, "UPDATE store SET revision = $1, compact_revision = $2, last_lease_id = $3", 3);

    public SqliteStatement ModRevisionOf { get; } = new(connection, "SELECT mod_revision FROM entries WHERE key = $1", 1);

    public SqliteStatement CreateRevisionOf { get; } = new(connection, "SELECT create_revision FROM entries WHERE key = $1", 1);

    public SqliteStatement PutEntry { get; } = new(
        connection,
        """
        INSERT INTO entries (key, value, create_revision, mod_revision, lease_id) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value, mod_revision = excluded.mod_revision, lease_id = excluded.lease_id
        """,
        5);

    public SqliteStatement DeleteEntry { get; } = new(connection, "DELETE FROM entries WHERE key = $1", 1);

    public SqliteStatement AddHistory { get; } = new(
        connection,
        "INSERT INTO history (revision, key, value, create_revision, lease_id, written_at) VALUES ($1, $2, $3, $4, $5, $6)",
        6);

    public SqliteStatement DropHistory { get; } = new(connection, "DELETE FROM history WHERE revision < $1", 1);

    public SqliteStatement FirstRevisionSince { get; } =
        new(connection, "SELECT revision FROM history WHERE written_at >= $1 ORDER BY revision LIMIT 1", 1);

    public SqliteStatement LoadLeases { get; } = new(connection, "SELECT id, seconds FROM leases");

    public SqliteStatement AddLease { get; } = new(connection, "INSERT INTO leases (id, seconds) VALUES ($1, $2)", 2);

    public SqliteStatement DropLease { get; } = new(connection, "DELETE FROM leases WHERE id = $1", 1);

    // The literal condition is that of the partial index, which SQLite only uses when it sees it.
    public SqliteStatement KeysOfLease { get; } =
        new(connection, "SELECT key FROM entries WHERE lease_id = $1 AND lease_id <> 0 ORDER BY key", 1);

    public void Dispose()
    {
        foreach (var statement in (SqliteStatement[])
            [
                Begin, Commit, Rollback, LoadStore, SaveStore, ModRevisionOf, CreateRevisionOf, PutEntry, DeleteEntry, AddHistory,
                DropHistory, FirstRevisionSince, LoadLeases, AddLease, DropLease, KeysOfLease,
            ])
        {
            statement.Dispose();
        }
    }
}
