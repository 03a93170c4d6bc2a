using Cellway.Manager.Bot.Talking;
using Cellway.Model.Cells;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>Declares an incident: a cell, or one of its domains, is compromised.</summary>
internal sealed class CompromiseDialogue : Dialogue
{
    private const int MaxReason = 300;

    public override string Id => "om";

    public override Roles For => Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var (name, domain) = argument.Split('.') is [var n, var d] ? (n, d) : (argument, null);
        if (ShortName.Find(name, visit.View.Cells.Values.Where(c => c.State != CellState.Retired).Select(c => c.Id)) is not { } cell)
        {
            return Task.FromResult(new Reply(visit.Say("cell.gone"), [[visit.To("menu.cells", "oc")]]));
        }

        return Task.FromResult(domain is "a" or "n" or "x"
            ? visit.Ask(this, "reason", ("cell", cell), ("domain", domain switch { "n" => "entry", "x" => "exit", _ => "" }))
            : new(
                visit.Say("compromise.what", ("name", cell)),
                [
                    [visit.To("compromise.entry", Id, $"{name}.n"), visit.To("compromise.exit", Id, $"{name}.x")],
                    [visit.To("compromise.cell", Id, $"{name}.a")],
                    [visit.To("button.back", "oc", $"c:{name}")],
                ]));
    }

    public override Reply Question(Visit visit) => visit.Step == "reason"
        ? new(visit.Say("compromise.reason"), [[visit.To("button.cancel", "cn")]]) { IsNew = true }
        : SecondFactor.Question(visit, visit.Say("compromise.sure", ("name", visit.Words["cell"]), ("reason", visit.Words["reason"])));

    public override async Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken)
    {
        if (visit.Step == "reason")
        {
            return text.Length > MaxReason
                ? new(visit.Say("error.too-long", ("most", $"{MaxReason}")))
                : visit.Ask(this, "code", ("cell", visit.Words["cell"]), ("domain", visit.Words["domain"]), ("reason", text.ReplaceLineEndings(" ")));
        }

        if (await SecondFactor.RefuseAsync(visit, this, text, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var (cell, domain, reason) = (visit.Words["cell"], visit.Words["domain"], visit.Words["reason"]);
        visit.Done();
        var incident = await visit.Acts.Word.CompromiseAsync(cell, new(reason, domain.Length == 0 ? null : domain), visit.Operator!, cancellationToken);
        return new(
            visit.Say("compromise.done", ("name", cell)),
            [[visit.To("incident.open", "oi", incident.Id)], [visit.To("cell.regenerate", "oy", ShortName.Of(cell))], [visit.To("button.menu", "mn")]]);
    }
}
