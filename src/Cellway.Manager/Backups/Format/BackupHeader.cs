namespace Cellway.Manager.Backups.Format;

/// <summary>The first line of a backup.</summary>
internal sealed record BackupHeader
{
    /// <summary>What <see cref="Kind"/> says in every backup.</summary>
    public const string TheKind = "cellway backup";

    /// <summary>The newest form of the file that this version writes and reads.</summary>
    public const int TheFormat = 1;

    public string Kind { get; init; } = TheKind;

    public int Format { get; init; } = TheFormat;

    /// <summary>The network's id.</summary>
    public required string Network { get; init; }

    /// <summary>The revision at which every record was true.</summary>
    public required long Revision { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The version of Cellway that made it.</summary>
    public required string Software { get; init; }

    /// <summary>About how many records follow: those that live by a lease are counted and left out.</summary>
    public required long Keys { get; init; }

    /// <summary>Opens what is sealed in the state; <see langword="null"/> in a backup without the root.</summary>
    public byte[]? SealKey { get; init; }
}
