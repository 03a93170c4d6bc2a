using Cellway.Model.Identities;
using Cellway.Model.State;

namespace Cellway.Model.Nodes;

/// <summary>A join token as stored: everything but its secret.</summary>
public sealed record JoinTokenRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>16 bytes in hex.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the secret, in hex.</summary>
    public required string SecretHash { get; init; }

    /// <summary>Whose node it admits.</summary>
    public required string Participant { get; init; }

    /// <summary>What the node may be.</summary>
    public required Role Role { get; init; }

    /// <summary>The cell it joins; <see langword="null"/> for an Entry of every cell.</summary>
    public string? Cell { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is refused.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When the operator withdrew it, if they did.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>What it was spent on, once it is.</summary>
    public JoinTokenSpending? Spent { get; init; }
}

/// <summary>The one use of a join token.</summary>
public sealed record JoinTokenSpending
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The node it admitted.</summary>
    public required string Node { get; init; }

    /// <summary>SHA-256 of that node's public key, in hex: the same key may repeat a lost request.</summary>
    public required string KeyHash { get; init; }

    /// <summary>Serial of the certificate it gave, in hex.</summary>
    public required string CertificateSerial { get; init; }
}
