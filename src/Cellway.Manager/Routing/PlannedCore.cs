using Cellway.Model.Nodes;
using Google.Protobuf;

namespace Cellway.Manager.Routing;

/// <summary>A Core that is attached, to whichever replica, and not revoked. Immutable, but for who follows it.</summary>
internal sealed class PlannedCore(NodeRecord node, NodeSessionRecord? session = null, long lends = 0)
{
    private const long FullLender = 1L << 40;
    private const int MaxHalvings = 10;

    public string Id { get; } = node.Id;

    public string Cell { get; } = node.Cell!;

    public string KeyHash { get; } = node.KeyHash;

    public ByteString KeyHashBytes { get; } = ByteString.CopyFrom(Convert.FromHexString(node.KeyHash));

    public CoreStanding Standing { get; } =
        node.State == NodeState.Draining ? CoreStanding.Draining
        : session is null or { Ready: true } ? CoreStanding.Usable
        : session.OutSince is not null ? CoreStanding.Out
        : CoreStanding.Joining;

    public ulong Seed { get; } = RouteScore.SeedOf(node.Id);

    /// <summary>How often its share of devices is halved because of its load.</summary>
    public int Halvings { get; } = Math.Clamp(session?.LoadHalvings ?? 0, 0, MaxHalvings);

    /// <summary>Whether devices of other cells may be lent it.</summary>
    public bool Lends { get; } = lends > 0;

    /// <summary>The same for devices that are lent it: a terabyte a month is a whole share. By halves, so that few devices move when a quota is changed.</summary>
    public int LentHalvings { get; } = Math.Clamp(
        (session?.LoadHalvings ?? 0) + (lends is > 0 and < FullLender ? System.Numerics.BitOperations.Log2((ulong)(FullLender / lends)) : 0), 0, MaxHalvings);

    /// <summary>The routes it is to hold, kept while it is attached to this replica. Guarded by the table.</summary>
    public CoreRoutes? Followed { get; set; }

    /// <summary>Whether its routes are those of the same Core.</summary>
    public bool HasRoutesOf(PlannedCore other) => Id == other.Id && Cell == other.Cell && KeyHash == other.KeyHash;

    public bool IsSameAs(PlannedCore other) =>
        HasRoutesOf(other) && (Standing, Halvings, Lends, LentHalvings) == (other.Standing, other.Halvings, other.Lends, other.LentHalvings);
}
