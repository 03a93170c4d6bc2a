using Cellway.Manager.Bot.Dialogues.Participants;
using Cellway.Manager.Bot.Talking;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary><c>/allnodes</c>: every node, a page at a time, and what can be done with one.</summary>
internal sealed class AllNodesDialogue : Dialogue
{
    private const int PageSize = 15;

    public override string Id => "oe";

    public override string Command => "allnodes";

    public override Roles For => Roles.Operator;

    public override async Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        if (argument is [var act and ('n' or 'd' or 'r'), ':', .. var id])
        {
            if (visit.View.Nodes.GetValueOrDefault(id) is not { State: not NodeState.Revoked })
            {
                return new(visit.Say("allnodes.gone"), [[visit.To("menu.all-nodes", Id)]]);
            }

            _ = act switch
            {
                'd' => await visit.Acts.Nodes.DrainAsync(id, cancellationToken),
                'r' => await visit.Acts.Nodes.ResumeAsync(id, cancellationToken),
                _ => null,
            };
            return Card(visit, visit.Desk.Feed.Current.Nodes[id]);
        }

        var page = argument is ['p', ':', .. var number] && int.TryParse(number, out var wanted) ? wanted : 0;
        var nodes = visit.View.Nodes.Values.Where(n => n.State != NodeState.Revoked)
            .OrderBy(n => n.Role).ThenBy(n => n.Cell, StringComparer.Ordinal).ThenBy(n => n.EnrolledAt).ToList();
        var rows = nodes.Skip(page * PageSize).Take(PageSize).Select(n => (IReadOnlyList<Button>)[Button.To($"{NodeText.LabelOf(visit, n)} · {n.Participant}", Id, $"n:{n.Id}")]).ToList();
        List<Button> turn = [];
        if (page > 0)
        {
            turn.Add(Button.To("◀️", Id, $"p:{page - 1}"));
        }

        if ((page + 1) * PageSize < nodes.Count)
        {
            turn.Add(Button.To("▶️", Id, $"p:{page + 1}"));
        }

        rows.Add(turn);
        rows.Add([visit.To("button.menu", "mn")]);
        return new(visit.Say("allnodes", ("n", $"{nodes.Count}")), rows);
    }

    private Reply Card(Visit visit, NodeRecord node) => new(
        NodeText.Of(visit, node),
        [
            [node.State == NodeState.Draining ? visit.To("node.resume", Id, $"r:{node.Id}") : visit.To("node.drain", Id, $"d:{node.Id}"), visit.To("node.revoke", "ov", node.Id)],
            [visit.To("menu.all-nodes", Id)],
        ]);
}
