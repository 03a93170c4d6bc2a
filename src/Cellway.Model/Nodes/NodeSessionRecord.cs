using Cellway.Model.State;

namespace Cellway.Model.Nodes;

/// <summary>A node's phone-home stream. The record lives by a lease that heartbeats renew: when it is gone, the node is offline.</summary>
public sealed record NodeSessionRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>The management replica that holds the stream.</summary>
    public required string Replica { get; init; }

    /// <summary>Where the node serves: an IP address or a name, declared by it or seen by management.</summary>
    public required string Address { get; init; }

    /// <summary>Its port there.</summary>
    public required int Port { get; init; }

    /// <summary>Where its connections come from.</summary>
    public required string ObservedAddress { get; init; }

    /// <summary>The network it stands in, as its operator calls it; <see langword="null"/> when it did not say.</summary>
    public string? SourceNetwork { get; init; }

    /// <summary>Its version.</summary>
    public required string SoftwareVersion { get; init; }

    /// <summary>When it attached.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Cores: whether an Entry has completed a probe since then. Entries: always.</summary>
    public required bool Ready { get; init; }

    /// <summary>Cores that were ready: since when Entries have not reached it; <see langword="null"/> while they do.</summary>
    public DateTimeOffset? OutSince { get; init; }

    /// <summary>Cores that are out: since when every probe has been good again; <see langword="null"/> when the last one was not.</summary>
    public DateTimeOffset? SteadySince { get; init; }

    /// <summary>Cores: how often its share of devices is halved, because it is loaded.</summary>
    public int LoadHalvings { get; init; }

    /// <summary>What the last failed probe said; <see langword="null"/> after a good one or none.</summary>
    public string? ProbeError { get; init; }
}
