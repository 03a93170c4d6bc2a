using Cellway.Manager.Bot.Talking;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>Turns a replacement around.</summary>
internal sealed class RegenerationUndoDialogue : Dialogue
{
    public override string Id => "pu";

    public override Roles For => Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken) => Task.FromResult(
        ShortName.Find(argument, visit.View.Regenerations.Keys) is { } cell
            ? visit.Ask(this, "code", ("cell", cell))
            : new(visit.Say("regeneration.none"), [[visit.To("menu.cells", "oc")]]));

    public override Reply Question(Visit visit) => SecondFactor.Question(visit, visit.Say("regeneration.undo.sure", ("cell", visit.Words["cell"])));

    public override async Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken)
    {
        if (await SecondFactor.RefuseAsync(visit, this, text, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var cell = visit.Words["cell"];
        visit.Done();
        await visit.Acts.Regenerations.UndoAsync(cell, visit.Operator!, cancellationToken);
        return new(visit.Say("regeneration.undone"), [[visit.To("cell.regeneration", "pz", ShortName.Of(cell))]]);
    }
}
