using Cellway.Model.State;

namespace Cellway.Model.Routing;

/// <summary>A cell whose devices are lent Cores of other cells, and how far they have come home since it is well again. Gone when all have.</summary>
public sealed record CellReturnRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The cell.</summary>
    public required string Cell { get; init; }

    /// <summary>Since when its own Cores have not carried all of its devices.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How many of 1024 parts of its devices are at home; none while its own Cores do not carry them.</summary>
    public required int Share { get; init; }

    /// <summary>When that last changed.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}
