using Cellway.Manager.Bot.Talking;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>A cell is well again: closes everything that goes on in it.</summary>
internal sealed class RecoverDialogue : Dialogue
{
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromMinutes(10);

    public override string Id => "oh";

    public override Roles For => Roles.Operator;

    public override async Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var name = argument.TrimStart('!');
        if (ShortName.Find(name, visit.View.Cells.Keys) is not { } cell)
        {
            return new(visit.Say("cell.gone"), [[visit.To("menu.cells", "oc")]]);
        }

        if (!argument.StartsWith('!'))
        {
            return new(visit.Say("recover.sure", ("name", cell)), [[visit.To("recover.yes", Id, $"!{name}", ConfirmWithin)], [visit.To("button.back", "oc", $"c:{name}")]]);
        }

        var closed = await visit.Acts.Word.RecoverAsync(cell, visit.Operator!, cancellationToken);
        return new(visit.Say("recover.done", ("name", cell), ("n", $"{closed.Count}")), [[visit.To("menu.cells", "oc")]]);
    }
}
