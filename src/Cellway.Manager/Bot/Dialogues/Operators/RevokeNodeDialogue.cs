using Cellway.Manager.Bot.Talking;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>Refuses a node's key everywhere, for good.</summary>
internal sealed class RevokeNodeDialogue : Dialogue
{
    public override string Id => "ov";

    public override Roles For => Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken) => Task.FromResult(
        visit.View.Nodes.GetValueOrDefault(argument) is { State: not NodeState.Revoked }
            ? visit.Ask(this, "code", ("node", argument))
            : new(visit.Say("allnodes.gone"), [[visit.To("menu.all-nodes", "oe")]]));

    public override Reply Question(Visit visit) => SecondFactor.Question(visit, visit.Say("revoke.sure", ("id", visit.Words["node"])));

    public override async Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken)
    {
        if (await SecondFactor.RefuseAsync(visit, this, text, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var node = visit.Words["node"];
        visit.Done();
        await visit.Acts.Nodes.RevokeAsync(node, cancellationToken);
        return new(visit.Say("revoke.done", ("id", node)), [[visit.To("menu.all-nodes", "oe")]]);
    }
}
