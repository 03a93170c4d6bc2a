using Cellway.Manager.Api;
using Cellway.Manager.View;
using Cellway.Model.Incidents;

namespace Cellway.Manager.Incidents;

/// <summary>Incidents as people see them.</summary>
internal static class IncidentInfos
{
    public static IReadOnlyList<IncidentInfo> Of(NetworkView view, bool closedToo) =>
    [
        .. view.Incidents.Values
            .Where(i => closedToo || i.State != IncidentState.Closed)
            .OrderByDescending(i => i.OpenedAt).ThenBy(i => i.Id, StringComparer.Ordinal)
            .Select(Of),
    ];

    public static IncidentInfo Of(IncidentRecord incident) => new(
        incident.Id,
        incident.Cell,
        incident.Subject switch { IncidentSubject.EntryDomain => "entry", IncidentSubject.ExitDomain => "exit", _ => "cell" },
        incident.Domain,
        incident.Kind == IncidentKind.BlockedInPlaces ? "blocked-in-places" : incident.Kind.ToString().ToLowerInvariant(),
        incident.State.ToString().ToLowerInvariant(),
        incident.StateSince,
        incident.OpenedAt,
        incident.BeganAt,
        incident.HeldByOperator,
        incident.Explanation,
        [.. incident.Witnesses.Select(w => new IncidentWitnessInfo(w.Entry, w.Network, w.Saw, w.Since, w.Affected))],
        [.. incident.Timeline.Select(e => new IncidentEventInfo(e.At, e.By, e.What))],
        incident.OmittedEvents);
}
