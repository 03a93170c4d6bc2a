using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Words;
using Cellway.Model.Bot;
using Cellway.Model.Cells;
using Cellway.Model.Incidents;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Bot.Sending;

/// <summary>How the network is, once a day.</summary>
internal static class Digest
{
    public static OutboxWords Of(BotDesk desk, BotTexts texts, DateTimeOffset now)
    {
        var view = desk.Feed.Current;
        var nodes = view.Nodes.Values.Where(n => n.State != NodeState.Revoked).ToList();
        var period = view.PeriodAt(now);
        return new()
        {
            Text = "digest",
            Values = new Dictionary<string, string>
            {
                ["network"] = view.Network?.Name ?? "",
                ["users"] = $"{view.Accounts.Users}",
                ["devices"] = $"{view.Accounts.Devices}",
                ["cells"] = $"{view.Cells.Values.Count(c => c.State == CellState.Active)}",
                ["ready"] = $"{nodes.Count(n => view.Sessions.GetValueOrDefault(n.Id)?.Ready == true)}",
                ["nodes"] = $"{nodes.Count}",
                ["traffic"] = texts.Bytes(nodes.Sum(n => view.Usage.OfCore(n.Id, period).Total)),
                ["incidents"] = $"{view.Incidents.Values.Count(i => i.State != IncidentState.Closed)}",
                ["requests"] = $"{desk.State.Requests.All.Count(r => r.Value.State == BotRequestState.Open)}",
                ["threads"] = $"{desk.State.Threads.All.Count(t => t.Value.ClosedAt is null)}",
            },
            Rows = [[new("menu.requests", "or", ""), new("menu.incidents", "oi", "")], [new("button.menu", "mn", "")]],
        };
    }
}
