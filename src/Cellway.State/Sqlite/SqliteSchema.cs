using Microsoft.Data.Sqlite;

namespace Cellway.State.Sqlite;

/// <summary>The tables, and whether a file has them.</summary>
internal static class SqliteSchema
{
    /// <summary>"CWST", in the header of every state file.</summary>
    private const long ApplicationId = 0x43575354;

    private const long Version = 1;

    // entries is the present and history the recent past; a deletion has create_revision 0. Values stand in both, because then
    // compaction deletes a range of history and never asks which of its rows are still alive.
    private static readonly string Create = $"""
        BEGIN IMMEDIATE;
        CREATE TABLE store (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            revision INTEGER NOT NULL, compact_revision INTEGER NOT NULL, last_lease_id INTEGER NOT NULL) STRICT;
        INSERT INTO store VALUES (1, 0, 1, 0);
        CREATE TABLE entries (
            key TEXT NOT NULL UNIQUE, value BLOB NOT NULL,
            create_revision INTEGER NOT NULL, mod_revision INTEGER NOT NULL, lease_id INTEGER NOT NULL) STRICT;
        CREATE INDEX entries_by_lease ON entries (lease_id) WHERE lease_id <> 0;
        CREATE TABLE history (
            revision INTEGER NOT NULL, key TEXT NOT NULL, value BLOB,
            create_revision INTEGER NOT NULL, lease_id INTEGER NOT NULL, written_at INTEGER NOT NULL, UNIQUE (revision, key)) STRICT;
        CREATE TABLE leases (id INTEGER PRIMARY KEY, seconds INTEGER NOT NULL) STRICT;
        PRAGMA application_id = {ApplicationId};
        PRAGMA user_version = {Version};
        COMMIT;
        """;

    /// <summary>Creates the tables in an empty file; refuses a file that has others.</summary>
    /// <exception cref="StateStoreFileException">It is damaged, of a newer version, or not ours.</exception>
    public static void Prepare(SqliteConnection connection, string path)
    {
        if (Ask(connection, "SELECT count(*) FROM sqlite_schema") == 0)
        {
            Run(connection, Create);
        }
        else if (Ask(connection, "PRAGMA application_id") != ApplicationId)
        {
            throw new StateStoreFileException($"{path} is an SQLite database but not Cellway's state. Give the path of the state file, or of one that does not exist yet.");
        }
        else if (Ask(connection, "PRAGMA user_version") is var version && version > Version)
        {
            throw new StateStoreFileException(
                $"The state file {path} was written by a newer Cellway (schema {version}; this one knows up to {Version}). Upgrade this program, or restore a backup made before the upgrade.");
        }

        using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA quick_check(1)";
        if (check.ExecuteScalar() is string result && result != "ok")
        {
            throw SqliteErrors.Damaged(path, result);
        }
    }

    public static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Ask(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
