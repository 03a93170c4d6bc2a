namespace Cellway.State.Sqlite;

/// <summary>How much a <see cref="SqliteStateStore"/> keeps.</summary>
public sealed record SqliteStateOptions
{
    /// <summary>How many of the newest revisions can be watched from, give or take an eighth. Default 10,000: minutes of a busy network.</summary>
    public int HistoryRevisions { get; init; } = 10_000;

    /// <summary>How long a revision can be watched from. Default one hour: a watcher that was away for longer lists again.</summary>
    public TimeSpan HistoryAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Makes a full disk out of any disk: SQLite refuses to grow the file past this many pages of 4 KiB. 0 for no limit.</summary>
    internal int MaxPages { get; init; }
}
