using Cellway.Manager.Bot.Talking;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Bot.Dialogues.Participants;

/// <summary>Leaving the network properly: nodes take no new sessions first, and are revoked when nobody needs them.</summary>
internal sealed class LeaveDialogue : Dialogue
{
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromMinutes(10);

    public override string Id => "lv";

    public override string Command => "leave";

    public override Roles For => Roles.Participant;

    public override async Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var nodes = visit.View.Nodes.Values.Where(n => n.Participant == visit.Account.Participant && n.State != NodeState.Revoked).OrderBy(n => n.Id, StringComparer.Ordinal).ToList();
        if (nodes.Count == 0)
        {
            return new(visit.Say("leave.nothing"), [[visit.To("button.menu", "mn")]]);
        }

        switch (argument)
        {
            case "drain":
                Tell(visit, "leave.told.draining");
                foreach (var node in nodes.Where(n => n.State == NodeState.Active))
                {
                    await visit.Steps.Nodes.DrainAsync(node.Id, cancellationToken);
                }

                return new(visit.Say("leave.draining", ("n", $"{nodes.Count}")), [[visit.To("leave.finish", Id, "sure")], [visit.To("menu.nodes", "nl")]]);
            case "sure":
                return new(
                    visit.Say("leave.sure", ("n", $"{nodes.Count}"), ("sessions", $"{nodes.Sum(n => visit.Desk.Attached.Find(n.Id)?.LastHeartbeat?.Sessions ?? 0)}")),
                    [[visit.To("leave.yes", Id, "revoke", ConfirmWithin)], [visit.To("button.cancel", "cn")]]);
            case "revoke":
                Tell(visit, "leave.told.left");
                foreach (var node in nodes)
                {
                    await visit.Steps.Nodes.RevokeAsync(node.Id, cancellationToken);
                }

                return new(visit.Say("leave.left"), [[visit.To("button.menu", "mn")]]);
            default:
                return new(
                    visit.Say("leave.explain", ("n", $"{nodes.Count}")),
                    [[visit.To("leave.drain", Id, "drain", ConfirmWithin)], [visit.To("leave.finish", Id, "sure", ConfirmWithin)], [visit.To("button.menu", "mn")]]);
        }
    }

    private static void Tell(Visit visit, string text) =>
        visit.NotifyOperators(new() { Text = text, Values = new Dictionary<string, string> { ["name"] = visit.Account.Participant! } });
}
