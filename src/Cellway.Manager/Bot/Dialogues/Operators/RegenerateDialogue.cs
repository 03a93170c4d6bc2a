using Cellway.Manager.Bot.Talking;
using Cellway.Model.Cells;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary>Replaces a cell by one with new domains; its participants are told what will be asked of them.</summary>
internal sealed class RegenerateDialogue : Dialogue
{
    public override string Id => "oy";

    public override Roles For => Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken) => Task.FromResult(
        ShortName.Find(argument, visit.View.Cells.Values.Where(c => c.State is CellState.Active or CellState.Compromised).Select(c => c.Id)) is { } cell
            ? visit.Ask(this, "domains", ("cell", cell))
            : new(visit.Say("cell.gone"), [[visit.To("menu.cells", "oc")]]));

    public override Reply Question(Visit visit) => visit.Step == "domains"
        ? new(visit.Say("regenerate.domains", ("name", visit.Words["cell"])), [[visit.To("button.cancel", "cn")]]) { IsNew = true }
        : SecondFactor.Question(visit, visit.Say("regenerate.sure", ("name", visit.Words["cell"]), ("entry", visit.Words["entry"]), ("exit", visit.Words["exit"])));

    public override async Task<Reply> HearAsync(Visit visit, string text, CancellationToken cancellationToken)
    {
        if (visit.Step == "domains")
        {
            return text.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var first, var second] && Names.IsDomain(first) && Names.IsDomain(second) && first != second
                ? visit.Ask(this, "code", ("cell", visit.Words["cell"]), ("entry", first), ("exit", second))
                : new(visit.Say("regenerate.domains.invalid"), [[visit.To("button.cancel", "cn")]]);
        }

        if (await SecondFactor.RefuseAsync(visit, this, text, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var (cell, entry, exit) = (visit.Words["cell"], visit.Words["entry"], visit.Words["exit"]);
        visit.Done();
        TellParticipants(visit, cell);
        var record = await visit.Acts.Regenerations.BeginAsync(cell, new(entry, exit), visit.Operator!, cancellationToken);
        return new(
            visit.Say("regenerate.begun", ("name", cell), ("successor", record.Successor)),
            [[visit.To("regeneration.invite", "pi", ShortName.Of(cell))], [visit.To("cell.regeneration", "pz", ShortName.Of(cell))]]);
    }

    private static void TellParticipants(Visit visit, string cell)
    {
        var participants = visit.View.Nodes.Values.Where(n => n.Role == Role.Core && n.Cell == cell && n.State != NodeState.Revoked).Select(n => n.Participant).ToHashSet(StringComparer.Ordinal);
        foreach (var (person, _) in visit.Desk.State.People.All.Where(p => p.Value.Participant is { } name && participants.Contains(name)))
        {
            visit.Notify(person, new() { Text = "regeneration.told", Values = new Dictionary<string, string> { ["cell"] = cell }, Rows = [[new("menu.nodes", "nl", "")]] });
        }
    }
}
