using Cellway.Model.State;

namespace Cellway.Model.Devices;

/// <summary>One client app of a person. Its credentials are not here: only hashes of them are.</summary>
public sealed record DeviceRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>Its id; random.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required string User { get; init; }

    /// <summary>The owner's name for it; a <see cref="Identities.Names.IsId"/>, unique per user.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the subscription token, in hex.</summary>
    public required string TokenHash { get; init; }

    /// <summary><see cref="VlessId.Hash"/> of its VLESS id, in hex.</summary>
    public required string CredentialHash { get; init; }

    /// <summary>The cell that is home to it.</summary>
    public required string Cell { get; init; }

    /// <summary>The Core of its cell that it goes to before any other, as the operator wants; <see langword="null"/>: the one that suits it best.</summary>
    public string? PinnedCore { get; init; }

    /// <summary>Whether it is refused.</summary>
    public bool Disabled { get; init; }

    /// <summary>The most bytes, both directions together, that it may move in a period; <see langword="null"/>: any number.</summary>
    public long? BytesPerMonth { get; init; }

    /// <summary>The most sessions it may have at one Core; <see langword="null"/>: any number.</summary>
    public int? Sessions { get; init; }

    /// <summary>The most client apps that may read its subscription, as far as they name themselves; <see langword="null"/>: any number.</summary>
    public int? Apps { get; init; }

    /// <summary>The most addresses that its sessions may come from at one time at one Entry; <see langword="null"/>: any number.</summary>
    public int? Addresses { get; init; }

    /// <summary>The most bytes a second in each direction at one Core; <see langword="null"/>: any number.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>When it was added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
