using Cellway.Model.State;

namespace Cellway.Model.Usage;

/// <summary>A device that has used up what it may in a period: it is refused until the leader takes this away, when the period is over or its limit is raised.</summary>
public sealed record SpentDeviceRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The device.</summary>
    public required string Device { get; init; }

    /// <summary>The first day of the period.</summary>
    public required DateOnly Period { get; init; }

    /// <summary>When it was noticed.</summary>
    public required DateTimeOffset At { get; init; }
}
