using Cellway.Manager.View;
using Cellway.Model.Devices;

namespace Cellway.Manager.Routing;

/// <summary>Makes what Cores are told of devices, many at a time.</summary>
internal sealed class RouteMaker(RouteIds ids)
{
    private const int Together = 64;

    [ThreadStatic]
    private static RouteSubject[]? t_subjects;

    [ThreadStatic]
    private static (RouteLimits Limits, int Slot)[]? t_besides;

    /// <summary>Where devices are looked up.</summary>
    public AccountTable Accounts { get; set; } = new();

    /// <summary>The routes of devices at a Core, in the order of their ids. Those that are not there have just gone, and somebody is about to say so.</summary>
    public List<MadeRoute> Make(PlannedCore core, ReadOnlySpan<int> slots)
    {
        var (subjects, besides, accounts) = (t_subjects ??= new RouteSubject[Together], t_besides ??= new (RouteLimits, int)[Together], Accounts);
        Span<RouteId> made = stackalloc RouteId[Together];
        List<MadeRoute> routes = new(slots.Length);
        var gathered = 0;
        for (var i = 0; i < slots.Length; i++)
        {
            if (accounts.StoredAt(slots[i]) is { } row)
            {
                (subjects[gathered], besides[gathered]) = (new(row, core), (new(row.Sessions, row.BytesPerSecond), slots[i]));
                gathered++;
            }

            if (gathered == Together || i == slots.Length - 1)
            {
                ids.Of(subjects.AsSpan(0, gathered), made);
                for (var j = 0; j < gathered; j++)
                {
                    routes.Add(new(new(made[j], besides[j].Limits), besides[j].Slot));
                }

                gathered = 0;
            }
        }

        if (routes.Count > 1)
        {
            routes.Sort(static (a, b) => a.Route.Id.CompareTo(b.Route.Id));
        }

        return routes;
    }
}
