using Cellway.Model.State;

namespace Cellway.Model.Devices;

/// <summary>Which client apps use a device's subscription; kept only for devices that limit their number.</summary>
public sealed record DeviceAppsRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The device.</summary>
    public required string Device { get; init; }

    /// <summary>Keyed hashes of what the apps say of themselves, in hex, in the order in which they came.</summary>
    public IReadOnlyList<string> Apps { get; init; } = [];
}
