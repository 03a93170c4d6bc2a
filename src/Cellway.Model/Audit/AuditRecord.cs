using Cellway.Model.State;

namespace Cellway.Model.Audit;

/// <summary>A link of the audit log. Its stored bytes are hashed into the next one, so that none can be changed, left out or put in later.</summary>
public sealed record AuditRecord : IStateRecord
{
    /// <summary><see cref="Previous"/> of the first link.</summary>
    public const string Nothing = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>From 0, without a gap.</summary>
    public required long Sequence { get; init; }

    /// <summary>SHA-256, in hex, of the bytes of the link before.</summary>
    public required string Previous { get; init; }

    /// <summary>The state's revision that did it.</summary>
    public required long Revision { get; init; }

    /// <summary>What was done.</summary>
    public required AuditAct Act { get; init; }
}
