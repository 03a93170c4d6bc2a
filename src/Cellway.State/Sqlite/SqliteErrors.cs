using Cellway.Model.State;
using Microsoft.Data.Sqlite;

namespace Cellway.State.Sqlite;

/// <summary>SQLite's result codes (sqlite.org/rescode.html) in the operator's words.</summary>
internal static class SqliteErrors
{
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    public static StateUnavailableException Unavailable(string path, SqliteException e) => new(
        e.SqliteErrorCode switch
        {
            Full => $"The disk that holds the state file {path} is full. Free some space; until then nothing is written, not even in part.",
            IoError => $"Reading or writing the state file {path} failed. Check the disk (space, health, mount). {e.Message}",
            Busy => $"Another program holds a lock on the state file {path}. Close it. {e.Message}",
            ReadOnly => $"The state file {path} has become read-only. Check the mount and the file's owner. {e.Message}",
            Corrupt or NotADatabase => $"The state file {path} is damaged. Stop the program and restore a backup. {e.Message}",
            _ => $"The state file {path} could not be used. {e.Message}",
        },
        e);

    public static IOException AtOpen(string path, SqliteException e) => e.SqliteErrorCode switch
    {
        NotADatabase => Damaged(path, "it is not an SQLite database", e),
        Corrupt => Damaged(path, e.Message, e),
        CannotOpen or ReadOnly => Unreadable(path, e),
        Busy => new StateStoreInUseException(path, e),
        _ => Unavailable(path, e),
    };

    public static StateStoreFileException Damaged(string path, string why, Exception? e = null) =>
        new($"The state file {path} is damaged: {why}. Move it aside and restore a backup in its place; it was not changed.", e);

    /// <summary>To SQLite an empty file is a new database; to us it is what an accident has left.</summary>
    public static StateStoreFileException Empty(string path) =>
        new($"The state file {path} is empty. If it held a network, restore a backup in its place; if it never did, delete it. It was not changed.");

    public static StateStoreFileException Unreadable(string path, Exception e) =>
        new($"The state file {path} cannot be opened: {e.Message} Check that it is a file which this program's user owns and may write, in a directory it may write.", e);
}
