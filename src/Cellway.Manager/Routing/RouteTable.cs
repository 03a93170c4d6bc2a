using System.Collections.Concurrent;
using Cellway.Manager.View;
using Cellway.Model.Devices;

namespace Cellway.Manager.Routing;

/// <summary>Which Cores serve which device, kept in step with the view: a device that changes touches its own entries, a Core those of the cells that it serves.</summary>
/// <remarks>
/// Lookups rank the Cores of the cell anew, which needs no lock. What is kept per device is for the other direction: what the Cores
/// that are attached to this replica are told (<see cref="FollowedCores"/>).
/// </remarks>
internal sealed class RouteTable(RouteIds ids) : IViewFollower
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, CellPlan> _cells = new(StringComparer.Ordinal);
    private readonly PlannedCores _cores = new();
    private readonly FollowedCores _followed = new(ids);
    private readonly List<int> _places = []; // by slot: where the device stands in its cell's plan, plus one

    /// <summary>The Cores that may carry new sessions of the device, the best first, with its route id at each; none for one that is not admitted.</summary>
    public (PlannedCore Core, RouteId RouteId)[] RoutesFor(NetworkView view, in DeviceRow device)
    {
        if (!RoutePlan.IsAdmitted(view, device) || !_cells.TryGetValue(device.Cell, out var plan))
        {
            return [];
        }

        var best = plan.Now.Ways.Of(RouteScore.SeedOf(device.Id), PinOf(device));
        if (best.First is null)
        {
            return [];
        }

        var cell = device.Cell;
        var subject = new RouteSubject(device, best.First);
        ReadOnlySpan<RouteSubject> subjects = [subject, SubjectAt(best.Second), SubjectAt(best.Third)];
        Span<RouteId> made = stackalloc RouteId[BestCores.Count];
        ids.Of(subjects, made);
        var routes = new (PlannedCore, RouteId)[best.Third is not null ? 3 : best.Second is not null ? 2 : 1];
        for (var i = 0; i < routes.Length; i++)
        {
            routes[i] = (best[i]!, made[i]);
        }

        return routes;

        RouteSubject SubjectAt(PlannedCore? core) => core is null ? subject : subject with { Core = core, IsLent = core.Cell != cell };
    }

    /// <summary>Begins to keep the routes of a Core. A second call for the same Core takes over from the first.</summary>
    public CoreRoutes Follow(string core)
    {
        lock (_lock)
        {
            var routes = _followed.Follow(core);
            if (_cores.Find(core) is { } planned)
            {
                _followed.Set(core, planned);
                Refresh(planned);
            }

            return routes;
        }
    }

    public void Unfollow(string core, CoreRoutes routes)
    {
        lock (_lock)
        {
            if (_followed.Unfollow(core, routes) && _cores.Find(core) is { } planned)
            {
                planned.Followed = null;
            }
        }
    }

    /// <summary>The followed Cores whose routes have changed since the last call.</summary>
    /// <param name="left">Also those that have only lost devices to other Cores: they need not be told at once.</param>
    public IReadOnlyCollection<string> TakeTouched(bool left = false)
    {
        lock (_lock)
        {
            return _followed.TakeTouched(left);
        }
    }

    /// <summary>Whether devices have left Cores that have not been told.</summary>
    public bool AnyLeft
    {
        get
        {
            lock (_lock)
            {
                return _followed.AnyLeft;
            }
        }
    }

    public void Apply(NetworkView view, ViewChanges changes)
    {
        lock (_lock)
        {
            if (changes.Everything)
            {
                Rebuild(view);
                return;
            }

            // Devices first, by the Cores they had: what they no longer are is known here only.
            foreach (var change in changes.Devices)
            {
                Replace(view, change);
            }

            foreach (var user in changes.Users)
            {
                foreach (var (slot, row) in view.Accounts.AllDevicesOf(user))
                {
                    Replace(view, new(slot, row, row));
                }
            }

            foreach (var cell in changes.Cells)
            {
                OpenOrClose(view, cell);
            }

            var nodes = changes.Participants.Count == 0
                ? changes.Nodes
                : changes.Nodes.Union(view.Nodes.Values.Where(n => changes.Participants.Contains(n.Participant)).Select(n => n.Id), StringComparer.Ordinal);
            MoveCores(view, nodes, changes.Cells);
        }
    }

    private static ulong PinOf(in DeviceRow device) => device.PinnedCore is { } core ? RouteScore.SeedOf(core) : 0;

    private void Rebuild(NetworkView view)
    {
        _cells.Clear();
        _places.Clear();
        _followed.Accounts = view.Accounts;
        _cores.Rebuild(view); // nobody follows them yet: what devices take is looked up at the end
        foreach (var cell in view.Cells.Values.Where(RoutePlan.IsOpen))
        {
            PlanOf(cell.Id).IsOpen = true;
        }

        foreach (var (slot, row) in view.Accounts.AllDevices())
        {
            if (RoutePlan.IsAdmitted(view, row))
            {
                Place(slot, row);
            }
        }

        ChangeWays(view, _cells.Keys); // after the devices: all of them at once are shared out among the processors
        foreach (var id in _followed.Ids)
        {
            _followed.Set(id, null); // slots mean other devices than before
            if (_cores.Find(id) is { } core)
            {
                _followed.Set(id, core);
                Refresh(core);
            }
        }
    }

    private void MoveCores(NetworkView view, IEnumerable<string> nodes, HashSet<string> cells)
    {
        var touched = new HashSet<string>(cells, StringComparer.Ordinal);
        var lent = cells.Count > 0; // what a cell lends depends on how it is itself
        HashSet<PlannedCore> fresh = [];
        foreach (var (id, before, after) in _cores.Apply(view, nodes))
        {
            lent |= before is { Lends: true } || after is { Lends: true };
            if (before is not null)
            {
                touched.Add(before.Cell);
            }

            _followed.Set(id, after);
            if (after is not null)
            {
                touched.Add(after.Cell);
                if (before is null || !after.HasRoutesOf(before) || (after.Standing == CoreStanding.Usable && _followed.IsLoose(after)))
                {
                    fresh.Add(after);
                }
            }
        }

        if (lent)
        {
            touched.UnionWith(_cells.Keys);
        }

        if (touched.Count > 0)
        {
            fresh.UnionWith(ChangeWays(view, touched));
            foreach (var core in fresh)
            {
                Refresh(core);
            }
        }
    }

    /// <returns>The Cores whose loose routes can be tightened now.</returns>
    private List<PlannedCore> ChangeWays(NetworkView view, IEnumerable<string> cells)
    {
        var own = _cores.ByCell();
        var lenders = PlannedCores.LendersOf(view, own);
        var settled = false;
        foreach (var id in cells)
        {
            var plan = PlanOf(id);
            if (!plan.IsOpen || !view.Cells.TryGetValue(id, out var cell))
            {
                continue;
            }

            PlannedCore[] all = [.. own[id]];
            var now = RoutePlan.WaysOf(view, cell, all, [.. lenders.Where(c => c.Cell != id)]);
            var isSame = now.IsSameAs(plan.Now.Ways);
            plan.IsLoose |= !isSame && now.Share < Ways.Whole;
            Change(plan, all, now);
            if (!isSame && plan.IsLoose && now.Share == Ways.Whole)
            {
                plan.IsLoose = false;
                settled = true;
            }
        }

        return settled && !_cells.Values.Any(p => p.IsLoose)
            ? [.. _cores.All.Where(c => c is { Standing: CoreStanding.Usable } && _followed.IsLoose(c))]
            : [];
    }

    private void Change(CellPlan plan, PlannedCore[] own, Ways now)
    {
        var moves = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new CoreMoves()).ToArray();
        plan.Change(own, now, (worker, place, had) =>
        {
            var (has, slot) = (plan.Now.Best[place], plan.Slots[place]);
            for (var i = 0; i < BestCores.Count; i++)
            {
                if (had[i] is { } left && !has.HasRoutesOf(left) && _cores.Find(left.Id) is { Followed: not null } current && current.HasRoutesOf(left))
                {
                    if (plan.IsLoose || current.Standing != CoreStanding.Usable)
                    {
                        moves[worker].GoLater(current);
                    }
                    else
                    {
                        moves[worker].Go(current, slot);
                    }
                }

                if (has[i] is { Followed: not null } come && !had.HasRoutesOf(come))
                {
                    moves[worker].Come(come, slot);
                }
            }
        });
        foreach (var some in moves)
        {
            some.Deliver(_followed);
        }
    }

    private CellPlan PlanOf(string cell) => _cells.GetOrAdd(cell, _ => new());

    private void OpenOrClose(NetworkView view, string cell)
    {
        var plan = PlanOf(cell);
        var open = view.Cells.TryGetValue(cell, out var record) && RoutePlan.IsOpen(record);
        if (open == plan.IsOpen)
        {
            return;
        }

        plan.IsOpen = open;
        if (!open)
        {
            foreach (var slot in plan.Slots)
            {
                _places[slot] = 0;
            }

            plan.Clear();
            Change(plan, [], Ways.None);
            foreach (var core in _cores.All)
            {
                Refresh(core);
            }
        }
        else
        {
            ChangeWays(view, [cell]);
            foreach (var (slot, row) in view.Accounts.AllDevices())
            {
                if (row.Cell == cell && RoutePlan.IsAdmitted(view, row))
                {
                    Place(slot, row);
                }
            }
        }
    }

    private void Replace(NetworkView view, RowChange change)
    {
        var place = PlaceOf(change.Slot);
        var admitted = change.After is { } after && RoutePlan.IsAdmitted(view, after);
        if (place >= 0)
        {
            var before = change.Before!.Value;
            if (admitted
                && change.After is { } same
                && (same.Credential, same.Cell, same.Id, same.PinnedCore) == (before.Credential, before.Cell, before.Id, before.PinnedCore))
            {
                if (same.Sessions != before.Sessions || same.BytesPerSecond != before.BytesPerSecond)
                {
                    _followed.TellLimits(PlanOf(same.Cell).Now.Best[place], change.Slot);
                }

                return;
            }

            TakeOut(change.Slot, place, before.Cell);
        }

        if (admitted)
        {
            Place(change.Slot, change.After!.Value);
        }
    }

    private void Place(int slot, in DeviceRow row)
    {
        var plan = PlanOf(row.Cell);
        if (!plan.IsOpen || PlaceOf(slot) >= 0)
        {
            return;
        }

        while (slot >= _places.Count)
        {
            _places.Add(0);
        }

        var place = plan.Add(slot, RouteScore.SeedOf(row.Id), PinOf(row));
        _places[slot] = place + 1;
        var best = plan.Now.Best[place];
        for (var i = 0; i < BestCores.Count; i++)
        {
            if (best[i] is { } core)
            {
                _followed.Come(core, slot);
            }

            // A Core that no Entry has reached yet is told what it will carry, so that nothing waits for that when one has.
            if (plan.Whole?.Best[place][i] is { Standing: CoreStanding.Joining } joining)
            {
                _followed.Come(joining, slot);
            }
        }
    }

    private void TakeOut(int slot, int place, string cell)
    {
        var plan = PlanOf(cell);
        _followed.Forget(plan.Now.Best[place], slot);
        _places[slot] = 0;
        if (plan.RemoveAt(place) is >= 0 and var moved)
        {
            _places[moved] = place + 1;
        }
    }

    /// <summary>Finds anew which devices a followed Core is to know.</summary>
    private void Refresh(PlannedCore core)
    {
        if (core.Followed is null)
        {
            return;
        }

        List<int> slots = [];
        foreach (var (cell, plan) in _cells)
        {
            if (cell == core.Cell || (core.Standing == CoreStanding.Usable && Array.IndexOf(plan.Now.Ways.Far, core) >= 0))
            {
                slots.AddRange(plan.DevicesOf(core));
            }
        }

        _followed.Replace(core, slots);
    }

    private int PlaceOf(int slot) => slot < _places.Count ? _places[slot] - 1 : -1;
}
