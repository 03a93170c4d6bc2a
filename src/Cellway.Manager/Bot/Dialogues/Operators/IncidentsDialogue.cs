using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Words;
using Cellway.Model.Incidents;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary><c>/incidents</c>: what goes on, with the timeline of each.</summary>
internal sealed class IncidentsDialogue : Dialogue
{
    private const int MaxShown = 20;
    private const int MaxEvents = 12;

    public override string Id => "oi";

    public override string Command => "incidents";

    public override Roles For => Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var incidents = visit.Desk.Feed.Current.Incidents;
        if (incidents.GetValueOrDefault(argument) is { } chosen)
        {
            return Task.FromResult(Card(visit, chosen));
        }

        var open = incidents.Values.Where(i => i.State != IncidentState.Closed).OrderByDescending(i => i.OpenedAt).Take(MaxShown).ToList();
        var rows = open.Select(i => (IReadOnlyList<Button>)[Button.To($"{(i.State == IncidentState.Open ? "🚨" : "🩹")} {i.Cell} · {i.Domain ?? "—"}", Id, i.Id)]).ToList();
        rows.Add([visit.To("button.menu", "mn")]);
        return Task.FromResult(new Reply(visit.Say(open.Count == 0 ? "incidents.none" : "incidents", ("n", $"{open.Count}")), rows));
    }

    internal static string KindOf(Visit visit, IncidentKind kind) => visit.Say(KeyOf(kind));

    internal static string KeyOf(IncidentKind kind) => kind switch
    {
        IncidentKind.Slow => "incident.slow",
        IncidentKind.BlockedInPlaces => "incident.blocked-in-places",
        IncidentKind.Stalls => "incident.stalls",
        IncidentKind.Blocked => "incident.blocked",
        _ => "incident.compromised",
    };

    private Reply Card(Visit visit, IncidentRecord incident)
    {
        var head = visit.Say(
            "incident",
            ("cell", incident.Cell),
            ("domain", incident.Domain ?? "—"),
            ("kind", KindOf(visit, incident.Kind)),
            ("state", incident.State.ToString().ToLowerInvariant()),
            ("since", visit.Texts.Time(incident.BeganAt)),
            ("why", incident.Explanation));
        var lines = incident.Timeline.TakeLast(MaxEvents).Select(e => visit.Say("incident.event", ("at", visit.Texts.Time(e.At)), ("by", e.By), ("what", e.What)));
        List<IReadOnlyList<Button>> rows = [];
        if (incident.State != IncidentState.Closed)
        {
            rows.Add([visit.To("incident.close", "oz", incident.Id), visit.To("incident.refresh", Id, incident.Id)]);
        }

        rows.Add([visit.To("incident.cell", "oc", $"c:{ShortName.Of(incident.Cell)}"), visit.To("menu.incidents", Id)]);
        return new(BotTexts.Join(head, lines), rows);
    }
}
