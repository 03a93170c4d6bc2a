using System.Text;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Google.Protobuf;

namespace Cellway.Manager.Routing;

/// <summary>A Core that is attached, to whichever replica, and not revoked. Immutable, but for who follows it.</summary>
internal sealed class PlannedCore(NodeRecord node, NodeSessionRecord? session = null, long lends = 0)
{
    private const long FullLender = 1L << 40;
    private const int MaxHalvings = 10;

    private readonly Hash256 _hash = Hash256.Of(Encoding.ASCII.GetBytes($"{node.Id}|{node.KeyHash}"));

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

    /// <summary>What tells the routes of a credential at this Core from those of any other credential or Core, in 16 bytes.</summary>
    public void Binding(Hash256 credential, Span<byte> destination)
    {
        Span<byte> hashes = stackalloc byte[2 * Hash256.Length];
        credential.CopyTo(hashes);
        _hash.CopyTo(hashes[Hash256.Length..]);
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = (byte)(hashes[i] ^ hashes[Hash256.Length + i]);
        }
    }

    /// <summary>Whether its routes are those of the same Core.</summary>
    public bool HasRoutesOf(PlannedCore other) => Id == other.Id && Cell == other.Cell && KeyHash == other.KeyHash;

    public bool IsSameAs(PlannedCore other) =>
        HasRoutesOf(other) && (Standing, Halvings, Lends, LentHalvings) == (other.Standing, other.Halvings, other.Lends, other.LentHalvings);
}
