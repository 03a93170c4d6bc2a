using System.Collections.Frozen;
using Cellway.Model.Cells;
using Cellway.Model.Identities;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Everything an Entry was told by management, replaced as a whole.</summary>
/// <param name="Cells">The cells it serves. A client that asks for an unknown name sees the first one's certificate, as with any web server.</param>
public sealed record EntryFace(IReadOnlyList<EntryCell> Cells)
{
    /// <summary>The service names of the Core hop, by cell: past, present and future, the newest last. Of every cell, because a route may lead to any.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ServiceName>> CoreNames { get; init; } = new Dictionary<string, IReadOnlyList<ServiceName>>();

    /// <summary>Keys that are refused wherever a route leads to them: routes live longer than an outage of management.</summary>
    public FrozenSet<Hash256> RevokedKeys { get; init; } = FrozenSet<Hash256>.Empty;
}
