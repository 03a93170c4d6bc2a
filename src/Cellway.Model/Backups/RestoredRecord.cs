using Cellway.Model.State;

namespace Cellway.Model.Backups;

/// <summary>That the state came from a backup: what happened after it was made is known to nodes, if to anybody.</summary>
public sealed record RestoredRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The backup: SHA-256, in hex, of its manifest.</summary>
    public required string Backup { get; init; }

    /// <summary>The revision that it was made at, of the store that is lost.</summary>
    public required long Revision { get; init; }

    /// <summary>Version of the newest word on whom to believe that it knows; nodes may have been told newer ones.</summary>
    public long TrustVersion { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>When it was restored.</summary>
    public required DateTimeOffset RestoredAt { get; init; }
}
