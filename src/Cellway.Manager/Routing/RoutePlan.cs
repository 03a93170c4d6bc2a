using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Routing;

/// <summary>Which Cores a device may use, as a pure function of one view.</summary>
/// <remarks>
/// Rendezvous hashing: each device ranks the Cores of its cell by a hash of both names, so that a Core that goes moves only
/// its own devices, and one that comes takes only its share. The first few of the ranking all serve the device, so that an
/// Entry that finds the first one dead goes on to the second without asking anybody.
/// </remarks>
internal static class RoutePlan
{
    /// <summary>How many Cores serve one device at a time.</summary>
    public const int CoresPerDevice = 3;

    /// <summary>Whether the device may connect at all.</summary>
    public static bool IsAdmitted(NetworkView view, DeviceRecord device) =>
        !device.Disabled
        && view.Users.TryGetValue(device.User, out var user) && !user.Disabled
        && view.Cells.TryGetValue(device.Cell, out var cell) && cell.State == CellState.Active;

    /// <summary>The Cores that may carry new sessions of <paramref name="cell"/>: wanted by the operator and attached.</summary>
    public static List<NodeRecord> CoresOf(NetworkView view, string cell) => [.. Attached(view, cell).Where(n => n.State == NodeState.Active)];

    /// <summary>Those, and the ones that drain: they keep the routes they had, or their running sessions would be cut.</summary>
    public static List<NodeRecord> CoresServing(NetworkView view, string cell) => [.. Attached(view, cell).Where(n => n.State != NodeState.Revoked)];

    /// <summary>The best of <paramref name="cores"/> for the device, the best first.</summary>
    public static List<NodeRecord> Rank(DeviceRecord device, IEnumerable<NodeRecord> cores) =>
        [.. cores.OrderByDescending(core => Score(device.Id, core.Id)).Take(CoresPerDevice)];

    private static IEnumerable<NodeRecord> Attached(NetworkView view, string cell) => view.Nodes.Values
        .Where(n => n.Role == Role.Core && n.Cell == cell && view.Sessions.ContainsKey(n.Id))
        .OrderBy(n => n.Id, StringComparer.Ordinal);

    private static ulong Score(string device, string core)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes($"{device}|{core}"), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
