using Cellway.Model.State;

namespace Cellway.Model.Usage;

/// <summary>A participant whose reserve for strangers is used up for a period: their Cores serve devices of their own cell only, until the leader takes this away.</summary>
public sealed record SpentReserveRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The participant.</summary>
    public required string Participant { get; init; }

    /// <summary>The first day of the period.</summary>
    public required DateOnly Period { get; init; }

    /// <summary>When it was noticed.</summary>
    public required DateTimeOffset At { get; init; }
}
