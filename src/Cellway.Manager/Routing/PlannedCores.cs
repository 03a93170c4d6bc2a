using Cellway.Manager.View;

namespace Cellway.Manager.Routing;

/// <summary>The Cores that plans know of, as the view has them.</summary>
internal sealed class PlannedCores
{
    private readonly Dictionary<string, PlannedCore> _cores = new(StringComparer.Ordinal);

    public IReadOnlyCollection<PlannedCore> All => _cores.Values;

    public PlannedCore? Find(string id) => _cores.GetValueOrDefault(id);

    public void Rebuild(NetworkView view)
    {
        _cores.Clear();
        foreach (var id in view.Nodes.Keys)
        {
            if (RoutePlan.CoreOf(view, id) is { } core)
            {
                _cores.Add(id, core);
            }
        }
    }

    /// <summary>Takes in what these nodes are now.</summary>
    /// <returns>Those that are something else than before.</returns>
    public List<(string Id, PlannedCore? Before, PlannedCore? After)> Apply(NetworkView view, IEnumerable<string> nodes)
    {
        List<(string, PlannedCore?, PlannedCore?)> changed = [];
        foreach (var id in nodes)
        {
            var before = Find(id);
            var after = RoutePlan.CoreOf(view, id);
            if ((before is null && after is null) || (before is not null && after is not null && before.IsSameAs(after)))
            {
                continue;
            }

            if (after is null)
            {
                _cores.Remove(id);
            }
            else
            {
                _cores[id] = after;
            }

            changed.Add((id, before, after));
        }

        return changed;
    }

    /// <summary>By the cells they are of, always in the same order.</summary>
    public ILookup<string, PlannedCore> ByCell() =>
        _cores.Values.OrderBy(c => c.Id, StringComparer.Ordinal).ToLookup(c => c.Cell, StringComparer.Ordinal);

    /// <summary>Those of cells that are well, whose participants lend.</summary>
    public static PlannedCore[] LendersOf(NetworkView view, ILookup<string, PlannedCore> byCell) =>
    [
        .. byCell.Where(c => view.Cells.TryGetValue(c.Key, out var cell) && RoutePlan.IsWell(cell)).SelectMany(c => c)
            .Where(c => c is { Standing: CoreStanding.Usable, Lends: true }),
    ];
}
