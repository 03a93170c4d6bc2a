using Cellway.Model.State;

namespace Cellway.Model.Replicas;

/// <summary>The replica that plans for all. The key's revision is the term: whoever writes as the leader requires it in the same transaction.</summary>
public sealed record LeaderRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The replica.</summary>
    public required string Replica { get; init; }

    /// <summary>The lease it leads by; tells it after a lost answer whether the record is its own.</summary>
    public required long Lease { get; init; }

    /// <summary>When it was elected.</summary>
    public required DateTimeOffset Since { get; init; }
}
