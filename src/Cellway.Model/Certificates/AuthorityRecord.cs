using Cellway.Model.State;

namespace Cellway.Model.Certificates;

/// <summary>One generation of the network's root.</summary>
public sealed record AuthorityRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>1 for the first root.</summary>
    public required int Generation { get; init; }

    /// <summary>The self-signed certificate, DER.</summary>
    public required byte[] Certificate { get; init; }

    /// <summary>Its PKCS#8 key, sealed with the network's seal key; of a root on a token, the secret that stands for the key where something is derived from it.</summary>
    public required byte[] SealedKey { get; init; }

    /// <summary>Where the key is on a PKCS#11 token: its CKA_ID, in hex.</summary>
    public string? TokenKey { get; init; }

    /// <summary>Whether this generation signs. Exactly one does.</summary>
    public required bool Signs { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
