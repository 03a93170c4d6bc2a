using Cellway.Model.State;

namespace Cellway.Model.Certificates;

/// <summary>A certificate the network has issued.</summary>
public sealed record CertificateRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>Its serial, in lower-case hex.</summary>
    public required string Serial { get; init; }

    /// <summary>The one identity it speaks for.</summary>
    public required string Identity { get; init; }

    /// <summary>SHA-256 of its public key, in hex.</summary>
    public required string KeyHash { get; init; }

    /// <summary>DER.</summary>
    public required byte[] Der { get; init; }

    /// <summary>When it was issued.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>The generation of the root that issued it; <see langword="null"/> for the first.</summary>
    public int? Root { get; init; }

    /// <summary>When it was revoked, if it was.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}
