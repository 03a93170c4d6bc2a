using Cellway.Manager.Bot.Talking;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Bot.Dialogues.Participants;

/// <summary><c>/nodes</c>: what a participant has brought, how it is, and what can be done with it.</summary>
internal sealed class NodesDialogue : Dialogue
{
    private const int MaxShown = 40;

    public override string Id => "nl";

    public override string Command => "nodes";

    public override Roles For => Roles.Participant;

    public override async Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        if (argument.Length > 0)
        {
            var (act, id) = argument is [var verb, ':', .. var named] ? (verb, named) : (' ', argument);
            return Own(visit, id) is { } node
                ? await ActAsync(visit, node, act, cancellationToken)
                : new(visit.Say("node.gone"), [[visit.To("menu.nodes", Id)]]);
        }

        var nodes = visit.View.Nodes.Values
            .Where(n => n.Participant == visit.Account.Participant && n.State != NodeState.Revoked)
            .OrderBy(n => n.Role).ThenBy(n => n.EnrolledAt).Take(MaxShown).ToList();
        var rows = nodes.Select(n => (IReadOnlyList<Button>)[Button.To(NodeText.LabelOf(visit, n), Id, n.Id)]).ToList();
        rows.Add([visit.To("menu.token", "jt")]);
        if (nodes.Count > 0)
        {
            rows.Add([visit.To("leave", "lv")]);
        }

        rows.Add([visit.To("button.menu", "mn")]);
        return new(visit.Say(nodes.Count == 0 ? "nodes.none" : "nodes", ("n", $"{nodes.Count}")), rows);
    }

    internal static NodeRecord? Own(Visit visit, string id) =>
        visit.View.Nodes.TryGetValue(id, out var node) && node.Participant == visit.Account.Participant && node.State != NodeState.Revoked ? node : null;

    private async Task<Reply> ActAsync(Visit visit, NodeRecord node, char act, CancellationToken cancellationToken)
    {
        _ = act switch
        {
            'd' => await visit.Acts.Nodes.DrainAsync(node.Id, cancellationToken),
            'r' => await visit.Acts.Nodes.ResumeAsync(node.Id, cancellationToken),
            _ => null,
        };
        var now = visit.Desk.Feed.Current.Nodes.GetValueOrDefault(node.Id, node);
        return new(
            NodeText.Of(visit, now),
            [
                [now.State == NodeState.Draining ? visit.To("node.resume", Id, $"r:{now.Id}") : visit.To("node.drain", Id, $"d:{now.Id}")],
                [visit.To("menu.nodes", Id)],
            ]);
    }
}
