using Cellway.Model.State;

namespace Cellway.Model.Replicas;

/// <summary>A management replica that runs. The record lives by a lease: when it is gone, the replica is.</summary>
public sealed record ReplicaRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>Its id, new at every start.</summary>
    public required string Id { get; init; }

    /// <summary>Where nodes reach it, host:port each.</summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    /// <summary>Where operators reach it, as it is bound.</summary>
    public required string Admin { get; init; }

    /// <summary>Its version.</summary>
    public required string SoftwareVersion { get; init; }

    /// <summary>When it started to serve.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Whether it has been told to stop: nodes go to others.</summary>
    public bool Stopping { get; init; }
}
