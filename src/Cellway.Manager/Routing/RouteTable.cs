using System.Collections.Concurrent;
using Cellway.Manager.View;
using Cellway.Model.Devices;

namespace Cellway.Manager.Routing;

/// <summary>Which Cores serve which device, kept in step with the view: a device that changes touches its own entries, a Core those of the cells that it serves.</summary>
/// <remarks>
/// <para>Lookups rank the Cores of the cell anew, which needs no lock. What is kept per device is for the other direction: the routes
/// of the Cores that are attached to this replica.</para>
/// <para>A route that a device no longer needs is taken from a Core that carries sessions as it should. Where sessions may still run
/// (a Core that drains or is out of reach, a cell whose devices go away and come home), it stays for the time being: the Core's routes are loose.</para>
/// </remarks>
internal sealed class RouteTable(RouteIds ids) : IViewFollower
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, CellPlan> _cells = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PlannedCore> _cores = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CoreRoutes> _followed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private readonly List<int> _places = []; // by slot: where the device stands in its cell's plan, plus one
    private AccountTable _accounts = new();

    /// <summary>The Cores that may carry new sessions of the device, the best first, with its route id at each; none for one that is not admitted.</summary>
    public IEnumerable<(PlannedCore Core, RouteId RouteId)> RoutesFor(NetworkView view, DeviceRow device) =>
        RoutePlan.IsAdmitted(view, device) && _cells.TryGetValue(device.Cell, out var plan)
            ? plan.Ways.Of(RouteScore.SeedOf(device.Id), PinOf(device)).Present().Select(core => (core, ids.Of(device, core)))
            : [];

    /// <summary>Begins to keep the routes of a Core. A second call for the same Core takes over from the first.</summary>
    public CoreRoutes Follow(string core)
    {
        lock (_lock)
        {
            var routes = new CoreRoutes(LimitsOf);
            _followed[core] = routes;
            if (_cores.TryGetValue(core, out var planned))
            {
                planned.Followed = routes;
                Refresh(planned);
            }

            return routes;
        }
    }

    public void Unfollow(string core, CoreRoutes routes)
    {
        lock (_lock)
        {
            if (_followed.TryGetValue(core, out var followed) && followed == routes)
            {
                _followed.Remove(core);
                if (_cores.TryGetValue(core, out var planned))
                {
                    planned.Followed = null;
                }
            }
        }
    }

    /// <summary>The followed Cores whose routes have changed since the last call.</summary>
    public IReadOnlyCollection<string> TakeTouched()
    {
        lock (_lock)
        {
            string[] touched = [.. _touched];
            _touched.Clear();
            return touched;
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
        _cores.Clear();
        _places.Clear();
        _accounts = view.Accounts;
        foreach (var id in view.Nodes.Keys)
        {
            if (RoutePlan.CoreOf(view, id) is { } core)
            {
                _cores.Add(id, core); // nobody follows yet: what devices take is looked up at the end
            }
        }

        foreach (var cell in view.Cells.Values.Where(RoutePlan.IsOpen))
        {
            PlanOf(cell.Id).IsOpen = true;
        }

        ChangeWays(view, _cells.Keys);
        foreach (var (slot, row) in view.Accounts.AllDevices())
        {
            if (RoutePlan.IsAdmitted(view, row))
            {
                Place(slot, row);
            }
        }

        foreach (var (id, routes) in _followed)
        {
            if (_cores.TryGetValue(id, out var core))
            {
                core.Followed = routes;
                Refresh(core);
            }
            else
            {
                routes.Replace([]);
            }

            _touched.Add(id);
        }
    }

    private void MoveCores(NetworkView view, IEnumerable<string> nodes, HashSet<string> cells)
    {
        var touched = new HashSet<string>(cells, StringComparer.Ordinal);
        var lent = cells.Count > 0; // what a cell lends depends on how it is itself
        List<PlannedCore> fresh = [];
        foreach (var id in nodes)
        {
            var before = _cores.GetValueOrDefault(id);
            var after = RoutePlan.CoreOf(view, id);
            if ((before is null && after is null) || (before is not null && after is not null && before.IsSameAs(after)))
            {
                continue;
            }

            lent |= before is { Lends: true } || after is { Lends: true };
            if (before is not null)
            {
                touched.Add(before.Cell);
                _cores.Remove(id);
                if (after?.HasRoutesOf(before) != true)
                {
                    before.Followed?.Replace([]);
                    Touch(before);
                }
            }

            if (after is not null)
            {
                touched.Add(after.Cell);
                _cores.Add(id, after);
                after.Followed = _followed.GetValueOrDefault(id);
                if (before is null || !after.HasRoutesOf(before) || (after.Standing == CoreStanding.Usable && after.Followed is { IsLoose: true }))
                {
                    fresh.Add(after);
                }
                else if (after is { Followed: not null, Standing: not CoreStanding.Usable })
                {
                    after.Followed.IsLoose = true;
                }
            }
        }

        if (lent)
        {
            touched.UnionWith(_cells.Keys);
        }

        if (touched.Count > 0)
        {
            fresh.AddRange(ChangeWays(view, touched));
            fresh.Where(c => c.Followed is not null).Distinct().ToList().ForEach(Refresh);
        }
    }

    /// <returns>The Cores whose loose routes can be tightened now.</returns>
    private List<PlannedCore> ChangeWays(NetworkView view, IEnumerable<string> cells)
    {
        var own = _cores.Values.OrderBy(c => c.Id, StringComparer.Ordinal).ToLookup(c => c.Cell, StringComparer.Ordinal);
        PlannedCore[] lenders =
        [
            .. own.Where(c => view.Cells.TryGetValue(c.Key, out var cell) && RoutePlan.IsWell(cell)).SelectMany(c => c)
                .Where(c => c is { Standing: CoreStanding.Usable, Lends: true }),
        ];
        var settled = false;
        foreach (var id in cells)
        {
            var plan = PlanOf(id);
            if (!plan.IsOpen || !view.Cells.TryGetValue(id, out var cell))
            {
                continue;
            }

            var before = plan.Ways;
            var now = RoutePlan.WaysOf(view, cell, [.. own[id]], [.. lenders.Where(c => c.Cell != id)]);
            if (now.IsSameAs(before))
            {
                continue;
            }

            plan.IsLoose |= now.Share < Ways.Whole;
            Change(plan, now);
            if (plan.IsLoose && now.Share == Ways.Whole)
            {
                plan.IsLoose = false;
                settled = true;
            }
        }

        return settled && !_cells.Values.Any(p => p.IsLoose)
            ? [.. _cores.Values.Where(c => c is { Standing: CoreStanding.Usable, Followed.IsLoose: true })]
            : [];
    }

    private void Change(CellPlan plan, Ways now)
    {
        var moves = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new CoreMoves()).ToArray();
        plan.Change(now, (worker, device, had) =>
        {
            var row = default(DeviceRow);
            foreach (var core in had.Present())
            {
                if (core.Followed is null || HasRoutesOf(device.Cores, core) || !_cores.TryGetValue(core.Id, out var current) || !current.HasRoutesOf(core))
                {
                    continue;
                }

                if (plan.IsLoose || current.Standing != CoreStanding.Usable)
                {
                    core.Followed.IsLoose = true;
                }
                else
                {
                    moves[worker].Remove(current, ids.Of(Row(), current));
                }
            }

            foreach (var core in device.Cores.Present())
            {
                if (core.Followed is not null && !HasRoutesOf(had, core))
                {
                    moves[worker].Add(core, ids.Of(Row(), core));
                }
            }

            DeviceRow Row() => row.Id is null ? row = RowAt(device.Slot) : row;
        });

        foreach (var core in moves.SelectMany(m => m.Deliver()))
        {
            Touch(core);
        }
    }

    private static bool HasRoutesOf(in BestCores cores, PlannedCore core) =>
        cores.Has(core)
        || (cores.First?.HasRoutesOf(core) ?? false) || (cores.Second?.HasRoutesOf(core) ?? false) || (cores.Third?.HasRoutesOf(core) ?? false);

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
            foreach (var device in plan.Devices)
            {
                _places[device.Slot] = 0;
            }

            plan.Clear();
            Change(plan, Ways.None);
            foreach (var core in _cores.Values.Where(c => c.Followed is not null))
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
                    TellLimits(place, same);
                }

                return;
            }

            TakeOut(change.Slot, place, before);
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
        foreach (var core in plan.Devices[place].Cores.Present())
        {
            if (core.Followed is not null)
            {
                core.Followed.Add(ids.Of(row, core));
                Touch(core);
            }
        }
    }

    private void TakeOut(int slot, int place, in DeviceRow row)
    {
        var plan = PlanOf(row.Cell);
        foreach (var core in plan.Devices[place].Cores.Present().Union(_cores.Values.Where(c => c.Followed is { IsLoose: true })))
        {
            if (core.Followed is not null)
            {
                core.Followed.Remove(ids.Of(row, core));
                Touch(core);
            }
        }

        _places[slot] = 0;
        if (plan.RemoveAt(place) is >= 0 and var moved)
        {
            _places[moved] = place + 1;
        }
    }

    private void TellLimits(int place, in DeviceRow row)
    {
        var plan = PlanOf(row.Cell);
        foreach (var core in plan.Devices[place].Cores.Present().Union(_cores.Values.Where(c => c.Followed is { IsLoose: true })).Where(c => c.Followed is not null))
        {
            core.Followed!.Touch(ids.Of(row, core));
            Touch(core);
        }
    }

    private RouteLimits LimitsOf(RouteId id)
    {
        var accounts = _accounts;
        return accounts.Limited > 0 && accounts.FindDevice(ids.Read(id).Device.ToString()) is { } device ? new(device.Sessions, device.BytesPerSecond) : default;
    }

    /// <summary>Computes anew what a followed Core is to hold.</summary>
    private void Refresh(PlannedCore core)
    {
        core.Followed!.IsLoose = core.Standing != CoreStanding.Usable;
        core.Followed.Replace(core.Standing == CoreStanding.Usable ? RoutesOf(core) : RoutesBesides(core));
        Touch(core);
    }

    private List<RouteId> RoutesOf(PlannedCore core)
    {
        List<RouteId> routes = [];
        foreach (var (cell, plan) in _cells)
        {
            if (cell != core.Cell && Array.IndexOf(plan.Ways.Far, core) < 0)
            {
                continue;
            }

            foreach (var device in plan.Devices)
            {
                if (device.Cores.Has(core))
                {
                    routes.Add(ids.Of(RowAt(device.Slot), core));
                }
            }
        }

        return routes;
    }

    // Of a Core that takes no new sessions: the routes it would have if all of its cell's did.
    private List<RouteId> RoutesBesides(PlannedCore core)
    {
        List<RouteId> routes = [];
        var plan = PlanOf(core.Cell);
        PlannedCore[] all = [.. _cores.Values.Where(c => c.Cell == core.Cell && (c == core || c.Standing != CoreStanding.Draining))];
        foreach (var device in plan.Devices)
        {
            if (device.Cores.Has(core) || BestCores.Of(device.Cores.Device, all, new(false, plan.PinOf(device.Slot))).Has(core))
            {
                routes.Add(ids.Of(RowAt(device.Slot), core));
            }
        }

        return routes;
    }

    private DeviceRow RowAt(int slot) => _accounts.At(slot);

    private int PlaceOf(int slot) => slot < _places.Count ? _places[slot] - 1 : -1;

    private void Touch(PlannedCore core)
    {
        if (core.Followed is not null)
        {
            _touched.Add(core.Id);
        }
    }
}
