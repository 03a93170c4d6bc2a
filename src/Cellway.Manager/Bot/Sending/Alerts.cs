using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Bot.Talking;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Identities;
using Cellway.Model.Incidents;
using Cellway.Model.Nodes;
using Cellway.Model.Regeneration;

namespace Cellway.Manager.Bot.Sending;

/// <summary>What matters now, as a function of the view.</summary>
internal static class Alerts
{
    private static readonly TimeSpan NotAtOnce = TimeSpan.FromMinutes(3); // a server that restarts is away for one

    public static IEnumerable<Alert> Of(BotDesk desk)
    {
        var view = desk.Feed.Current;
        var board = desk.Board.Current;
        return Incidents(view).Concat(Regenerations(view)).Concat(Nodes(view)).Concat(Cells(view)).Concat(Reserves(view)).Concat(Board(view, board));
    }

    /// <summary>What management says to operators anyway; and to the participant, that their node does not renew.</summary>
    private static IEnumerable<Alert> Board(NetworkView view, IReadOnlyList<Api.Alert> board)
    {
        foreach (var alert in board)
        {
            yield return new($"board/{alert.Id}", null, alert.IsUrgent, new() { Text = "alert.board", Values = new Dictionary<string, string> { ["message"] = alert.Message } });
            if (alert.Id.StartsWith("node-ends/", StringComparison.Ordinal) && view.Nodes.GetValueOrDefault(alert.Id["node-ends/".Length..]) is { } node)
            {
                yield return new($"board/{alert.Id}/own", node.Participant, IsUrgent: false, new()
                {
                    Text = "alert.node.certificate.own",
                    Values = new Dictionary<string, string> { ["id"] = node.Id, ["role"] = node.Role.ToString().ToLowerInvariant() },
                    Rows = [[new("alert.open", "nl", node.Id)]],
                });
            }
        }
    }

    private static IEnumerable<Alert> Incidents(NetworkView view)
    {
        foreach (var incident in view.Incidents.Values.Where(i => i.State != IncidentState.Closed))
        {
            var words = new OutboxWords
            {
                Text = incident.State == IncidentState.Open ? KeyOf(incident.Kind) : "alert.incident.mitigated",
                Values = new Dictionary<string, string> { ["cell"] = incident.Cell, ["domain"] = incident.Domain ?? "—", ["why"] = incident.Explanation },
                Rows = [[new("incident.open", "oi", incident.Id)]],
            };
            yield return new($"incident/{incident.Id}/{incident.State}/{incident.Kind}", null, incident.State == IncidentState.Open, words);
            if (incident.State == IncidentState.Open && incident.Kind.Closes())
            {
                foreach (var participant in ParticipantsOf(view, incident.Cell))
                {
                    yield return new($"incident/{incident.Id}/{participant}", participant, IsUrgent: false, new()
                    {
                        Text = "alert.participant.incident",
                        Values = new Dictionary<string, string> { ["cell"] = incident.Cell },
                        Rows = [[new("menu.nodes", "nl", "")]],
                    });
                }
            }
        }
    }

    private static string KeyOf(IncidentKind kind) => kind switch
    {
        IncidentKind.Slow => "alert.incident.slow",
        IncidentKind.BlockedInPlaces => "alert.incident.blocked-in-places",
        IncidentKind.Stalls => "alert.incident.stalls",
        IncidentKind.Blocked => "alert.incident.blocked",
        _ => "alert.incident.compromised",
    };

    private static IEnumerable<Alert> Regenerations(NetworkView view) =>
        from regeneration in view.Regenerations.Values
        where !regeneration.Step.IsEnd() || regeneration.Step == RegenerationStep.Done
        select new Alert($"regeneration/{regeneration.Cell}/{regeneration.Successor}/{regeneration.Step}/{regeneration.HeldUpBy is not null}", null, IsUrgent: false, new()
        {
            Text = regeneration.HeldUpBy is null ? "alert.regeneration" : "alert.regeneration.held",
            Values = new Dictionary<string, string>
            {
                ["cell"] = regeneration.Cell,
                ["successor"] = regeneration.Successor,
                ["step"] = regeneration.Step.ToString().ToLowerInvariant(),
                ["why"] = regeneration.HeldUpBy ?? "",
            },
            Rows = [[new("cell.regeneration", "pz", ShortName.Of(regeneration.Cell))]],
        });

    private static IEnumerable<Alert> Nodes(NetworkView view)
    {
        foreach (var node in view.Nodes.Values.Where(n => n.State == NodeState.Active))
        {
            var session = view.Sessions.GetValueOrDefault(node.Id);
            var found = session is null ? ("alert.node.offline", "alert.node.offline.own")
                : session.OutSince is not null ? ("alert.node.out", "alert.node.out.own")
                : default((string, string)?);
            if (found is var (text, own))
            {
                var values = new Dictionary<string, string> { ["id"] = node.Id, ["role"] = node.Role.ToString().ToLowerInvariant(), ["participant"] = node.Participant, ["cell"] = node.Cell ?? "—" };
                yield return new($"node/{node.Id}/{text}", null, IsUrgent: false, new() { Text = text, Values = values, Rows = [[new("alert.open", "oe", $"n:{node.Id}")]] }) { After = NotAtOnce };
                yield return new($"node/{node.Id}/{text}/own", node.Participant, IsUrgent: false, new() { Text = own, Values = values, Rows = [[new("alert.open", "nl", node.Id)]] }) { After = NotAtOnce };
            }
        }
    }

    private static IEnumerable<Alert> Cells(NetworkView view)
    {
        foreach (var cell in view.Cells.Values.Where(c => c.State == CellState.Active))
        {
            var values = new Dictionary<string, string> { ["cell"] = cell.Id };
            OutboxButton[][] rows = [[new("incident.cell", "oc", $"c:{ShortName.Of(cell.Id)}")]];
            var cores = view.Nodes.Values.Where(n => n is { Role: Role.Core, State: NodeState.Active } && n.Cell == cell.Id).ToList();
            if (cores.Count > 0 && view.Accounts.DevicesIn(cell.Id) > 0 && !cores.Any(c => view.Sessions.GetValueOrDefault(c.Id)?.Ready == true))
            {
                yield return new($"cell/{cell.Id}/empty", null, IsUrgent: true, new() { Text = "alert.cell.empty", Values = values, Rows = rows });
            }
        }
    }

    private static IEnumerable<Alert> Reserves(NetworkView view) => view.SpentReserves.Keys.SelectMany(participant => new[]
    {
        new Alert($"reserve/{participant}", null, IsUrgent: false, new() { Text = "alert.reserve", Values = new Dictionary<string, string> { ["participant"] = participant } }),
        new Alert($"reserve/{participant}/own", participant, IsUrgent: false, new() { Text = "alert.reserve.own", Rows = [[new("menu.reserve", "rv", "")]] }),
    });

    private static IEnumerable<string> ParticipantsOf(NetworkView view, string cell) =>
        view.Nodes.Values.Where(n => n.Cell == cell && n.State != NodeState.Revoked).Select(n => n.Participant).Distinct(StringComparer.Ordinal);
}
