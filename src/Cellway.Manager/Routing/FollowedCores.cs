using Cellway.Manager.View;

namespace Cellway.Manager.Routing;

/// <summary>What the Cores that are attached to this replica are told of devices. Guarded by the table.</summary>
/// <remarks>
/// A route that a device no longer needs is taken from a Core that carries sessions as it should. Where sessions may still run
/// (a Core that drains or is out of reach, a cell whose devices go away and come home), it stays for the time being: the Core's routes are loose.
/// </remarks>
internal sealed class FollowedCores(RouteIds ids)
{
    private readonly RouteMaker _maker = new(ids);
    private readonly Dictionary<string, CoreRoutes> _routes = new(StringComparer.Ordinal);
    private readonly HashSet<CoreRoutes> _loose = [];
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private readonly HashSet<string> _left = new(StringComparer.Ordinal);

    public IEnumerable<string> Ids => _routes.Keys;

    /// <summary>Whether devices have left Cores that have not been told.</summary>
    public bool AnyLeft => _left.Count > 0;

    /// <summary>Where devices are looked up when their route ids are made.</summary>
    public AccountTable Accounts
    {
        set => _maker.Accounts = value;
    }

    /// <summary>A second call for the same Core takes over from the first.</summary>
    public CoreRoutes Follow(string core)
    {
        if (_routes.TryGetValue(core, out var before))
        {
            _loose.Remove(before);
        }

        return _routes[core] = new(_maker);
    }

    /// <returns>Whether the Core is not followed any more.</returns>
    public bool Unfollow(string core, CoreRoutes routes)
    {
        _loose.Remove(routes);
        return _routes.TryGetValue(core, out var followed) && followed == routes && _routes.Remove(core);
    }

    /// <summary>Says how a Core stands from now on. One that is not there, or has another key or cell, loses all it had.</summary>
    public void Set(string id, PlannedCore? core)
    {
        if (!_routes.TryGetValue(id, out var routes))
        {
            return;
        }

        core?.Followed = routes;
        if (routes.BelongTo(core))
        {
            _loose.Remove(routes);
            _touched.Add(id);
        }

        if (core is { Standing: not CoreStanding.Usable })
        {
            _loose.Add(routes);
        }
    }

    public bool IsLoose(PlannedCore core) => core.Followed is { } routes && _loose.Contains(routes);

    public void Loosen(PlannedCore core)
    {
        if (core.Followed is { } routes)
        {
            _loose.Add(routes);
        }
    }

    /// <summary>A device has come to a Core.</summary>
    public void Come(PlannedCore core, int slot)
    {
        if (core.Followed is { } routes)
        {
            routes.Add(slot);
            _touched.Add(core.Id);
        }
    }

    /// <summary>Many come and go. Those that only lose devices need not be told at once: in an attach storm every newcomer takes some from everybody.</summary>
    public void Change(PlannedCore core, List<int> come, List<int> gone)
    {
        if (core.Followed is { } routes)
        {
            gone.ForEach(routes.Remove);
            come.ForEach(routes.Add);
            (come.Count > 0 ? _touched : _left).Add(core.Id);
        }
    }

    /// <summary>A device is no more what it was: its Cores forget it at once, and so do all that may hold it besides.</summary>
    public void Forget(in BestCores cores, int slot) => Everywhere(cores, routes => routes.Remove(slot));

    /// <summary>What Cores are told of a device has changed.</summary>
    public void TellLimits(in BestCores cores, int slot) => Everywhere(cores, routes => routes.Renew(slot));

    /// <summary>Says anew which devices a Core has.</summary>
    public void Replace(PlannedCore core, List<int> slots)
    {
        if (core.Followed is { } routes)
        {
            routes.Replace(slots);
            _ = core.Standing == CoreStanding.Usable ? _loose.Remove(routes) : _loose.Add(routes);
            _touched.Add(core.Id);
        }
    }

    /// <summary>Those that have something to be told, since the last call.</summary>
    /// <param name="left">Whether those count that have only lost devices.</param>
    public IReadOnlyCollection<string> TakeTouched(bool left)
    {
        _left.ExceptWith(_touched);
        string[] touched = left ? [.. _touched, .. _left] : [.. _touched];
        _touched.Clear();
        if (left)
        {
            _left.Clear();
        }

        return touched;
    }

    private void Everywhere(in BestCores cores, Action<CoreRoutes> tell)
    {
        for (var place = 0; place < BestCores.Count; place++)
        {
            if (cores[place] is { Followed: { } routes } core && !_loose.Contains(routes))
            {
                tell(routes);
                _touched.Add(core.Id);
            }
        }

        foreach (var routes in _loose)
        {
            tell(routes);
            _touched.Add(routes.Core!.Id);
        }
    }
}
