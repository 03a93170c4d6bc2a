using Microsoft.Data.Sqlite;

namespace Cellway.State.Sqlite;

/// <summary>A state file that this process holds alone.</summary>
internal sealed class SqliteStateFile : IDisposable
{
    private readonly FileStream _lock;
    private readonly string _connectionString;

    private SqliteStateFile(string path, FileStream fileLock)
    {
        Path = path;
        _lock = fileLock;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString();
    }

    public string Path { get; }

    /// <exception cref="StateStoreInUseException">Somebody else holds it.</exception>
    /// <exception cref="StateStoreFileException">The place cannot be written, or what is there has lost everything.</exception>
    public static SqliteStateFile Take(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        FileStream? fileLock = null;
        try
        {
            StateFileLock.CreateDirectory(path);

            // Two names of one file must not get two locks.
            var link = new FileInfo(path);
            path = link.LinkTarget is null ? path : link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
            fileLock = StateFileLock.Take(path);
            if (new FileInfo(path) is { Exists: true, Length: 0 })
            {
                fileLock.Dispose();
                throw SqliteErrors.Empty(path);
            }

            StateFileLock.CreateMissing(path);
            return new(path, fileLock);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not (StateStoreInUseException or StateStoreFileException)))
        {
            fileLock?.Dispose();
            throw SqliteErrors.Unreadable(path, e);
        }
    }

    /// <summary>Opens the connection that writes, with tables that are there and intact.</summary>
    public SqliteConnection OpenWriter(int maxPages)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            SqliteSchema.Prepare(connection, Path);

            // WAL with synchronous=FULL syncs the log at every commit (sqlite.org/pragma.html#pragma_synchronous); the fullfsync
            // pragmas make that mean the platter on macOS. Without a size limit one large write keeps its log on disk for ever.
            SqliteSchema.Run(
                connection,
                """
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA fullfsync = ON;
                PRAGMA checkpoint_fullfsync = ON;
                PRAGMA journal_size_limit = 67108864;
                PRAGMA temp_store = MEMORY;
                """);
            if (maxPages > 0)
            {
                SqliteSchema.Run(connection, $"PRAGMA max_page_count = {maxPages}");
            }

            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw SqliteErrors.AtOpen(Path, e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public SqliteReader OpenReader()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            SqliteSchema.Run(connection, "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY;");
            return new(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Dispose() => _lock.Dispose();
}
