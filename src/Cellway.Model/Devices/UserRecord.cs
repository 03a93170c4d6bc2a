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

    /// <summary>From when on their devices are refused; <see langword="null"/>: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether that time has come: the leader sets it, so that every replica refuses them at the same moment.</summary>
    public bool Expired { get; init; }

    /// <summary>When they were added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
