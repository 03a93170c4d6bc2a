using Cellway.Model.Nodes;
using Google.Protobuf;

namespace Cellway.Manager.Routing;

/// <summary>A Core that is attached, to whichever replica, and not revoked.</summary>
internal sealed class PlannedCore(NodeRecord node)
{
    public string Id { get; } = node.Id;

    public string Cell { get; } = node.Cell!;

    public string KeyHash { get; } = node.KeyHash;

    public ByteString KeyHashBytes { get; } = ByteString.CopyFrom(Convert.FromHexString(node.KeyHash));

    /// <summary>It takes no new sessions, and keeps the routes of those it has.</summary>
    public bool IsDraining { get; } = node.State == NodeState.Draining;

    public ulong Seed { get; } = RouteScore.SeedOf(node.Id);

    /// <summary>The routes it is to hold, kept while it is attached to this replica. Guarded by the table.</summary>
    public CoreRoutes? Followed { get; set; }

    public bool IsSameAs(PlannedCore other) => Id == other.Id && Cell == other.Cell && KeyHash == other.KeyHash && IsDraining == other.IsDraining;
}
