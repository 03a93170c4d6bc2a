namespace Cellway.State.Memory;

/// <summary>How much a <see cref="MemoryStateStore"/> keeps.</summary>
public sealed record MemoryStateOptions
{
    /// <summary>How many of the newest revisions can be watched from. Default 10,000: minutes of a busy network.</summary>
    public int HistoryRevisions { get; init; } = 10_000;

    /// <summary>How many bytes of keys and values the history may hold. Default 64 MiB.</summary>
    public long HistoryBytes { get; init; } = 64 << 20;
}
