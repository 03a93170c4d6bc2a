using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Cells;
using Cellway.Model.Cells;

namespace Cellway.Manager.Bot.Dialogues.Operators;

/// <summary><c>/cells</c>: the cells, and what can be done with one.</summary>
internal sealed class CellsDialogue : Dialogue
{
    public override string Id => "oc";

    public override string Command => "cells";

    public override Roles For => Roles.Operator;

    public override Task<Reply> OpenAsync(Visit visit, string argument, CancellationToken cancellationToken)
    {
        var cells = visit.View.Cells.Values.Where(c => c.State != CellState.Retired).OrderBy(c => c.Id, StringComparer.Ordinal).ToList();
        if (argument is ['c', ':', .. var name] && ShortName.Find(name, cells.Select(c => c.Id)) is { } chosen)
        {
            return Task.FromResult(Card(visit, chosen));
        }

        var rows = cells.Select(c => (IReadOnlyList<Button>)[Button.To($"{(c is { State: CellState.Active, EntryBlockedSince: null, ExitBlockedSince: null } ? "✅" : "⚠️")} {c.Id}", Id, $"c:{ShortName.Of(c.Id)}")]).ToList();
        rows.Add([visit.To("button.menu", "mn")]);
        return Task.FromResult(new Reply(visit.Say("cells", ("n", $"{cells.Count}")), rows));
    }

    private Reply Card(Visit visit, string id)
    {
        var (cell, name) = (CellInfos.Of(visit.View, visit.View.Cells[id]), ShortName.Of(id));
        List<IReadOnlyList<Button>> rows =
        [
            [visit.To("cell.compromise", "om", name), visit.To("cell.recover", "oh", name)],
            [visit.View.Regenerations.ContainsKey(id) ? visit.To("cell.regeneration", "pz", name) : visit.To("cell.regenerate", "oy", name)],
            [visit.To("menu.cells", Id)],
        ];
        return new(
            visit.Say(
                "cell",
                ("name", id),
                ("state", cell.State),
                ("entry", cell.EntryDomain + Blocked(visit, cell.EntryBlockedSince)),
                ("exit", cell.ExitDomain + Blocked(visit, cell.ExitBlockedSince)),
                ("ready", $"{cell.ReadyCores}"),
                ("cores", $"{cell.Cores}"),
                ("devices", $"{cell.Devices}"),
                ("certificates", visit.Texts.Time(cell.EntryCertificateEnds < cell.ExitCertificateEnds ? cell.EntryCertificateEnds : cell.ExitCertificateEnds))),
            rows);
    }

    private static string Blocked(Visit visit, DateTimeOffset? since) => since is { } at ? visit.Say("cell.blocked", ("since", visit.Texts.Time(at))) : "";
}
