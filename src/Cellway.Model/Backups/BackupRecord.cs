using Cellway.Model.State;

namespace Cellway.Model.Backups;

/// <summary>A backup that the schedule has made, or has failed to make.</summary>
public sealed record BackupRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The name of its file.</summary>
    public required string Name { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The state's revision that it holds.</summary>
    public long Revision { get; init; }

    /// <summary>When there should be another at the latest.</summary>
    public DateTimeOffset? NextBy { get; init; }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; init; }

    /// <summary>SHA-256 of the file, in hex.</summary>
    public string? Hash { get; init; }

    /// <summary>Where it is.</summary>
    public required IReadOnlyList<string> Destinations { get; init; }

    /// <summary>Why it is not where it should be, or not at all; <see langword="null"/> when all is well.</summary>
    public string? Error { get; init; }
}
