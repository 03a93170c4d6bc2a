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
        ? [Resources.Trust, .. shared.Cells.SelectMany(NamesAtEntries)]
        : [Resources.Trust, Resources.CoreCell, Resources.CoreEntries, .. ExitNamesOfOwnCell, .. RouteShards.All];

    private IEnumerable<string> ExitNamesOfOwnCell => node.Cell is null ? [] : [Resources.ExitNames(node.Cell)];

    public ulong? VersionOf(string name) => IsShardOf(name, out var shard) ? routes?.Read(shard, null) : FindShared(name)?.Version;

    public Resource? Find(string name) => IsShardOf(name, out var shard) ? routes is not null ? RoutesOf(routes, shard) : null : FindShared(name);

    /// <summary>Those of the names that may differ because something shared has changed.</summary>
    public static IEnumerable<string> Touched(NodeRecord node, bool trust, bool entries, HashSet<string> cells, HashSet<string> names)
    {
        if (trust)
        {
            yield return Resources.Trust;
        }

        if (node.Role == Role.Entry)
        {
            foreach (var name in cells.Union(names).SelectMany(NamesAtEntries)) // a cell that is open again has its names again
            {
                yield return name;
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

        if (node.Cell is not null && (names.Contains(node.Cell) || cells.Contains(node.Cell)))
        {
            yield return Resources.ExitNames(node.Cell);
        }
    }

    private bool IsShardOf(string name, out byte shard)
    {
        shard = 0;
        return node.Role == Role.Core && RouteShards.TryParse(name, out shard) && shared.CoreCell(node.Cell) is not null;
    }

    private Resource? FindShared(string name)
    {
        if (name == Resources.Trust)
        {
            return shared.Trust;
        }

        if (node.Role == Role.Entry)
        {
            return After(Resources.EntryCell(""), name) is { } cell ? (IsFrontOf(cell) ? shared.EntryCell(cell) : null)
                : After(Resources.EntryNames(""), name) is { } front ? (IsFrontOf(front) ? shared.EntryNames(front) : null)
                : After(Resources.ExitNames(""), name) is { } any ? shared.ExitNames(any)
                : null;
        }

        if (shared.CoreCell(node.Cell) is not { } own)
        {
            return null;
        }

        return name switch
        {
            Resources.CoreCell => own,
            _ when After(Resources.ExitNames(""), name) is { } of => of == node.Cell ? shared.ExitNames(of) : null,
            Resources.CoreEntries => shared.Entries,
            _ => null,
        };
    }

    private static IEnumerable<string> NamesAtEntries(string cell) => [Resources.EntryCell(cell), Resources.EntryNames(cell), Resources.ExitNames(cell)];

    private static string? After(string prefix, string name) => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : null;

    private bool IsFrontOf(string cell) => node.Cell is null || node.Cell == cell;

    private static Route RouteOf(ToldRoute route) => new()
    {
        RouteId = ByteString.CopyFrom(route.Id.ToArray()),
        Sessions = (uint)route.Limits.Sessions,
        BytesPerSecond = (ulong)route.Limits.BytesPerSecond,
    };

    private static Resource? RoutesOf(CoreRoutes routes, byte shard)
    {
        List<ToldRoute> told = [];
        if (routes.Read(shard, told) is not { } version)
        {
            return null;
        }

        var body = new RouteShard();
        body.Routes.AddRange(told.Select(RouteOf));
        return new() { Name = RouteShards.NameOf(shard), Version = version, Routes = body };
    }
}
