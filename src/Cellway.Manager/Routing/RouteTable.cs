using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Devices;

namespace Cellway.Manager.Routing;

/// <summary>Which Cores serve which device, kept in step with the view: a device that changes touches its own entries, a Core those of its cell.</summary>
/// <remarks>
/// Lookups rank the Cores of the cell anew, which needs no lock. What is kept per device is for the other direction: the routes
/// of the Cores that are attached to this replica.
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
            ? BestCores.Of(RouteScore.SeedOf(device.Id), plan.Active).Present().Select(core => (core, ids.Of(device, core)))
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
                routes.Replace(RoutesOf(planned));
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

            MoveCores(view, changes.Nodes);
            RefreshDraining();
        }
    }

    private void Rebuild(NetworkView view)
    {
        _cells.Clear();
        _cores.Clear();
        _places.Clear();
        _accounts = view.Accounts;
        MoveCores(view, view.Nodes.Keys);
        foreach (var cell in view.Cells.Values.Where(c => c.State == CellState.Active))
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

        foreach (var (id, routes) in _followed)
        {
            routes.Replace(_cores.TryGetValue(id, out var core) ? RoutesOf(core) : []);
            _touched.Add(id);
        }
    }

    private void MoveCores(NetworkView view, IEnumerable<string> nodes)
    {
        var moves = new Dictionary<string, (HashSet<PlannedCore> Left, List<PlannedCore> Joined)>(StringComparer.Ordinal);
        foreach (var id in nodes)
        {
            var before = _cores.GetValueOrDefault(id);
            var after = RoutePlan.CoreOf(view, id);
            if ((before is null && after is null) || (before is not null && after is not null && before.IsSameAs(after)))
            {
                continue;
            }

            if (before is not null)
            {
                Of(before.Cell).Left.Add(before);
                _cores.Remove(id);
                before.Followed?.Replace([]);
                Touch(before);
            }

            if (after is not null)
            {
                Of(after.Cell).Joined.Add(after);
                _cores.Add(id, after);
                after.Followed = _followed.GetValueOrDefault(id);
            }
        }

        foreach (var (cell, (left, joined)) in moves)
        {
            PlanOf(cell).Move(left, joined, Moved);
        }

        (HashSet<PlannedCore> Left, List<PlannedCore> Joined) Of(string cell)
        {
            ref var move = ref CollectionsMarshal.GetValueRefOrAddDefault(moves, cell, out var exists);
            return exists ? move : move = ([], []);
        }
    }

    private CellPlan PlanOf(string cell) => _cells.GetOrAdd(cell, _ => new());

    private void Moved(PlacedDevice device, BestCores before)
    {
        foreach (var core in before.Present())
        {
            if (core.Followed is not null && !device.Cores.Has(core) && _cores.GetValueOrDefault(core.Id) == core)
            {
                core.Followed.Remove(ids.Of(RowAt(device.Slot), core));
                Touch(core);
            }
        }

        foreach (var core in device.Cores.Present())
        {
            if (core.Followed is not null && !before.Has(core))
            {
                core.Followed.Add(ids.Of(RowAt(device.Slot), core));
                Touch(core);
            }
        }
    }

    private void OpenOrClose(NetworkView view, string cell)
    {
        var plan = PlanOf(cell);
        var open = view.Cells.TryGetValue(cell, out var record) && record.State == CellState.Active;
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
            foreach (var core in plan.Active)
            {
                core.Followed?.Replace([]);
                Touch(core);
            }
        }
        else
        {
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
            if (admitted && change.After is { } same && same.Credential == before.Credential && same.Cell == before.Cell && same.Id == before.Id)
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

        var place = plan.Add(slot, RouteScore.SeedOf(row.Id));
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
        foreach (var core in plan.Devices[place].Cores.Present())
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
        foreach (var core in plan.Devices[place].Cores.Present().Concat(plan.Draining).Where(c => c.Followed is not null))
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

    // Few drain at a time: theirs are computed anew with every change of the cell.
    private void RefreshDraining()
    {
        foreach (var plan in _cells.Values.Where(p => p.IsChanged))
        {
            plan.IsChanged = false;
            foreach (var core in plan.Draining.Where(c => c.Followed is not null))
            {
                core.Followed!.Replace(RoutesOf(core));
                Touch(core);
            }
        }
    }

    private List<RouteId> RoutesOf(PlannedCore core)
    {
        List<RouteId> routes = [];
        var plan = PlanOf(core.Cell);
        foreach (var device in plan.Devices)
        {
            var cores = device.Cores;
            if (core.IsDraining)
            {
                foreach (var draining in plan.Draining)
                {
                    cores.Offer(draining);
                }
            }

            if (cores.Has(core))
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
