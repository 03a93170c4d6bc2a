using Cellway.Model.State;

namespace Cellway.Model.Certificates;

/// <summary>Whom the network believes, as its roots have signed it: what nodes keep.</summary>
public sealed record TrustRecord : IStateRecord
{
    /// <summary>What the signatures are for.</summary>
    public const string Purpose = "cellway trust";

    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>From 1; nodes never go back.</summary>
    public required long Version { get; init; }

    /// <summary>A <see cref="Contracts.TrustStatement"/>, as it was signed.</summary>
    public required byte[] Statement { get; init; }

    /// <summary>One by each root that signs or has signed, so that a node that knows any of them can follow.</summary>
    public required IReadOnlyList<byte[]> Signatures { get; init; }
}
