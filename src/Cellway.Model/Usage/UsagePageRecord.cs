using Cellway.Model.State;

namespace Cellway.Model.Usage;

/// <summary>What one Core has carried in one period, or the part of it that is in this page.</summary>
public sealed record UsagePageRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The Core.</summary>
    public required string Core { get; init; }

    /// <summary>Who brought it.</summary>
    public required string Participant { get; init; }

    /// <summary>The first day of the period.</summary>
    public required DateOnly Period { get; init; }

    /// <summary>By device.</summary>
    public DeviceBytes Bytes { get; init => field = value ?? DeviceBytes.Empty; } = DeviceBytes.Empty;
}
