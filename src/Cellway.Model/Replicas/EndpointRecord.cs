using Cellway.Model.State;

namespace Cellway.Model.Replicas;

/// <summary>Where nodes may find management. Outlives the replica that serves there, or nodes would forget where to come back to.</summary>
public sealed record EndpointRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>host:port.</summary>
    public required string Endpoint { get; init; }

    /// <summary>When a replica last said that it serves there; kept to the day.</summary>
    public required DateTimeOffset SeenAt { get; init; }
}
