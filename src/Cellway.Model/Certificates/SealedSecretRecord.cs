using Cellway.Model.State;

namespace Cellway.Model.Certificates;

/// <summary>A secret of the network that must not be readable from its state.</summary>
public sealed record SealedSecretRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The secret, sealed with the network's seal key.</summary>
    public required byte[] Sealed { get; init; }
}
