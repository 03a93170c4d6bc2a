using Cellway.Model.Devices;

namespace Cellway.Manager.Routing;

/// <summary>Routes that come to Cores and go from them, gathered by one thread: a million of them one by one would take minutes.</summary>
internal sealed class CoreMoves
{
    private readonly Dictionary<PlannedCore, (List<RouteId> Added, List<RouteId> Removed)> _moves = [];

    public void Add(PlannedCore core, RouteId id) => Of(core).Added.Add(id);

    public void Remove(PlannedCore core, RouteId id) => Of(core).Removed.Add(id);

    /// <summary>Brings them to the Cores' routes.</summary>
    /// <returns>The Cores that it concerns.</returns>
    public IEnumerable<PlannedCore> Deliver()
    {
        foreach (var (core, (added, removed)) in _moves)
        {
            core.Followed!.Change(added, removed);
        }

        return _moves.Keys;
    }

    private (List<RouteId> Added, List<RouteId> Removed) Of(PlannedCore core) =>
        _moves.TryGetValue(core, out var moves) ? moves : _moves[core] = ([], []);
}
