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
internal sealed class NodeResources(NodeRecord node, CoreRoutes? routes, SharedResources shared) : INodeResources
{
    private ToldRoute[]? _all;

    public IEnumerable<string> Names
    {
        get
        {
            _all ??= routes?.ReadAll(); // whoever wants all names compares everything: routes are then made once and not by the shard
            return node.Role == Role.Entry
                ? [Resources.Trust, .. shared.Cells.SelectMany(NamesAtEntries)]
                : [Resources.Trust, Resources.CoreCell, Resources.CoreEntries, .. ExitNamesOfOwnCell, .. RouteShards.All];
        }
    }

    private IEnumerable<string> ExitNamesOfOwnCell => node.Cell is null ? [] : [Resources.ExitNames(node.Cell)];

    public ulong? VersionOf(string name) => IsShardOf(name, out var shard) ? CoreRoutes.VersionOf(RoutesIn(shard)) : FindShared(name)?.Version;

    public Resource? Find(string name) => IsShardOf(name, out var shard) ? ShardOf(shard, RoutesIn(shard)) : FindShared(name);

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
        RouteId = UnsafeByteOperations.UnsafeWrap(route.Id.ToArray()),
        Sessions = (uint)route.Limits.Sessions,
        BytesPerSecond = (ulong)route.Limits.BytesPerSecond,
    };

    private ReadOnlySpan<ToldRoute> RoutesIn(byte shard)
    {
        if (_all is null)
        {
            return routes is null ? [] : routes.Read(shard);
        }

        var (first, end) = (FirstFrom(shard), FirstFrom(shard + 1));
        return _all.AsSpan(first, end - first);
    }

    // Where the routes of a shard begin.
    private int FirstFrom(int shard)
    {
        var (first, end) = (0, _all!.Length);
        while (first < end)
        {
            var middle = (first + end) / 2;
            (first, end) = _all[middle].Id.FirstByte < shard ? (middle + 1, end) : (first, middle);
        }

        return first;
    }

    private static Resource? ShardOf(byte shard, ReadOnlySpan<ToldRoute> told)
    {
        if (CoreRoutes.VersionOf(told) is not { } version)
        {
            return null;
        }

        var body = new RouteShard();
        foreach (var route in told)
        {
            body.Routes.Add(RouteOf(route));
        }

        return new() { Name = RouteShards.NameOf(shard), Version = version, Routes = body };
    }
}
