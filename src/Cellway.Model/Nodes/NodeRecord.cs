using Cellway.Model.Identities;
using Cellway.Model.State;

namespace Cellway.Model.Nodes;

/// <summary>A Core or an Entry that has enrolled.</summary>
public sealed record NodeRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>Its id, as in its certificate.</summary>
    public required string Id { get; init; }

    /// <summary>Core or Entry.</summary>
    public required Role Role { get; init; }

    /// <summary>Who brought it.</summary>
    public required string Participant { get; init; }

    /// <summary>Its cell. A Core always has one; an Entry without one serves every cell.</summary>
    public string? Cell { get; init; }

    /// <summary>SHA-256 of its public key, in hex. Routes pin it and revocation goes by it.</summary>
    public required string KeyHash { get; init; }

    /// <summary>Serial of its newest certificate, in hex.</summary>
    public required string CertificateSerial { get; init; }

    /// <summary>When that certificate ends.</summary>
    public required DateTimeOffset CertificateNotAfter { get; init; }

    /// <summary>The generation of the root that issued it; <see langword="null"/> for the first.</summary>
    public int? Root { get; init; }

    /// <summary>When it was renewed last, if it was.</summary>
    public DateTimeOffset? RenewedAt { get; init; }

    /// <summary>What the operator wants of it.</summary>
    public required NodeState State { get; init; }

    /// <summary>The Kubernetes pod whose certificate it is and with which it ends; null for a node that joined with a token.</summary>
    public PodIdentity? Pod { get; init; }

    /// <summary>By which addresses its connections may arrive besides the one that management sees: those of a pod's worker. Null for none.</summary>
    public IReadOnlyList<string>? Addresses { get; init; }

    /// <summary>When it enrolled.</summary>
    public required DateTimeOffset EnrolledAt { get; init; }
}
