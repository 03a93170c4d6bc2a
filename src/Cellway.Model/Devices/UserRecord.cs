using Cellway.Model.State;

namespace Cellway.Model.Devices;

/// <summary>A person's account.</summary>
public sealed record UserRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The operator's name for them; a <see cref="Identities.Names.IsId"/>.</summary>
    public required string Id { get; init; }

    /// <summary>Whether their devices are refused.</summary>
    public bool Disabled { get; init; }

    /// <summary>When they were added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
