using Cellway.Model.State;

namespace Cellway.Model.Nodes;

/// <summary>When a replica last heard those of its Cores that some Entry cannot reach. It lives by the replica's lease.</summary>
/// <remarks>
/// That a Core is attached does not say that it lives: a session outlasts its node by half a minute. A word from a Core after Entries
/// have lost it says that the Core is there and the way to it is not. Written once for each such Core, not with every heartbeat.
/// </remarks>
public sealed record LifeSignsRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The replica.</summary>
    public required string Replica { get; init; }

    /// <summary>When each Core was first heard after an Entry had lost it.</summary>
    public required IReadOnlyDictionary<string, DateTimeOffset> Cores { get; init; }
}
