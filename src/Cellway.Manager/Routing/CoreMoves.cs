namespace Cellway.Manager.Routing;

/// <summary>Devices that come to Cores and go from them, gathered by one thread: a million of them one by one would take minutes.</summary>
internal sealed class CoreMoves
{
    private readonly Dictionary<PlannedCore, (List<int> Come, List<int> Gone)> _moves = [];
    private readonly HashSet<PlannedCore> _loose = [];

    public void Come(PlannedCore core, int slot) => Of(core).Come.Add(slot);

    public void Go(PlannedCore core, int slot) => Of(core).Gone.Add(slot);

    /// <summary>A device goes, but its sessions there may go on.</summary>
    public void GoLater(PlannedCore core) => _loose.Add(core);

    /// <summary>Brings them to those Cores that are followed.</summary>
    public void Deliver(FollowedCores followed)
    {
        foreach (var (core, (come, gone)) in _moves)
        {
            followed.Change(core, come, gone);
        }

        foreach (var core in _loose)
        {
            followed.Loosen(core);
        }
    }

    private (List<int> Come, List<int> Gone) Of(PlannedCore core) =>
        _moves.TryGetValue(core, out var moves) ? moves : _moves[core] = ([], []);
}
