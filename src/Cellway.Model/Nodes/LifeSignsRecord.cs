using Cellway.Model.State;

namespace Cellway.Model.Nodes;

/// <summary>Which of a replica's Cores live although Entries have lost them. It lives by the replica's lease.</summary>
/// <remarks>
/// That a Core is attached does not say that it lives: a session outlasts its node by half a minute. A word from a Core after an Entry
/// has lost it says that the Core is there and the way to it is not. Written once for each loss, not with every heartbeat.
/// </remarks>
public sealed record LifeSignsRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The replica.</summary>
    public required string Replica { get; init; }

    /// <summary>For each such Core the newest loss, as the Entry's report dates it, after which this replica has heard it. No two clocks are compared.</summary>
    public required IReadOnlyDictionary<string, DateTimeOffset> Cores { get; init; }
}
