using Cellway.Manager.Routing;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Google.Protobuf;

namespace Cellway.Manager.PhoneHome;

/// <summary>What one node is to hold: an Entry its cells and never a route, a Core its cell and its own routes.</summary>
/// <param name="node">The node.</param>
/// <param name="routes">A Core's routes; <see langword="null"/> for an Entry.</param>
/// <param name="shared">What it has in common with others.</param>
internal readonly struct NodeResources(NodeRecord node, CoreRoutes? routes, SharedResources shared) : INodeResources
{
    public IEnumerable<string> Names => node.Role == Role.Entry
        ? [Resources.Trust, .. shared.Cells.Select(Resources.EntryCell)]
        : [Resources.Trust, Resources.CoreCell, Resources.CoreEntries, .. RouteShards.All];

    public ulong? VersionOf(string name) => IsShardOf(name, out var shard) ? routes?.VersionOf(shard) : FindShared(name)?.Version;

    public Resource? Find(string name) => IsShardOf(name, out var shard) ? routes is not null ? RoutesOf(routes, shard) : null : FindShared(name);

    /// <summary>Those of the names that may differ because something shared has changed.</summary>
    public static IEnumerable<string> Touched(NodeRecord node, bool trust, bool entries, HashSet<string> cells)
    {
        if (trust)
        {
            yield return Resources.Trust;
        }

        if (node.Role == Role.Entry)
        {
            foreach (var cell in cells)
            {
                yield return Resources.EntryCell(cell);
            }

            yield break;
        }

        if (entries)
        {
            yield return Resources.CoreEntries;
        }

        if (node.Cell is not null && cells.Contains(node.Cell))
        {
            yield return Resources.CoreCell;
        }
    }

    private bool IsShardOf(string name, out byte shard)
    {
        shard = 0;
        return node.Role == Role.Core && RouteShards.TryParse(name, out shard) && shared.CoreCell(node.Cell) is not null;
    }

    private Resource? FindShared(string name) => (name, node.Role) switch
    {
        (Resources.Trust, _) => shared.Trust,
        (_, Role.Entry) => CellIn(name) is { } cell && (node.Cell is null || node.Cell == cell) ? shared.EntryCell(cell) : null,
        (Resources.CoreCell, _) => shared.CoreCell(node.Cell),
        (Resources.CoreEntries, _) => shared.CoreCell(node.Cell) is not null ? shared.Entries : null,
        _ => null,
    };

    private static string? CellIn(string name)
    {
        var prefix = Resources.EntryCell("");
        return name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : null;
    }

    private static Resource? RoutesOf(CoreRoutes routes, byte shard)
    {
        var ids = routes.InShard(shard);
        if (ids.Length == 0)
        {
            return null;
        }

        var shardRoutes = new RouteShard();
        shardRoutes.Routes.AddRange(ids.Select(id => new Route { RouteId = ByteString.CopyFrom(id.ToArray()) }));
        return new() { Name = RouteShards.NameOf(shard), Version = CoreRoutes.VersionOf(ids)!.Value, Routes = shardRoutes };
    }
}
