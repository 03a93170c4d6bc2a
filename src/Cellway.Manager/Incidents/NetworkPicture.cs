using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Health;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.Regeneration;

namespace Cellway.Manager.Incidents;

/// <summary>What the detector looks at: the cells that are judged, with the Cores that are attached, and the Entries that have reported.</summary>
internal sealed record NetworkPicture(IReadOnlyList<CellPicture> Cells, IReadOnlyList<EntryPicture> Entries)
{
    public static NetworkPicture Of(NetworkView view)
    {
        var heard = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var (core, at) in view.LifeSigns.Values.SelectMany(s => s.Cores))
        {
            heard[core] = heard.TryGetValue(core, out var before) && before > at ? before : at;
        }

        var cores = view.Nodes.Values
            .Where(n => n is { Role: Role.Core, State: NodeState.Active, Cell: not null } && view.Sessions.ContainsKey(n.Id))
            .ToLookup(
                n => n.Cell!,
                n => new CorePicture(n.Id, n.Participant, view.Sessions[n.Id].Since, heard.TryGetValue(n.Id, out var at) ? at : null),
                StringComparer.Ordinal);
        return new(
            [.. view.Cells.Values.Where(c => IsJudged(view, c)).OrderBy(c => c.Id, StringComparer.Ordinal).Select(c => new CellPicture(c.Id, c.EntryDomain, c.ExitDomain, [.. cores[c.Id]]))],
            [.. view.EntryReports.Values.Select(r => EntryOf(view, r)).OfType<EntryPicture>().OrderBy(e => e.Id, StringComparer.Ordinal)]);
    }

    // Clients leave a cell that is being replaced because they are told to.
    private static bool IsJudged(NetworkView view, CellRecord cell) =>
        cell.State != CellState.Retired
        && !(view.Regenerations.TryGetValue(cell.Id, out var regeneration)
            && regeneration.Step is RegenerationStep.Migrating or RegenerationStep.Waiting or RegenerationStep.Retiring);

    // Nothing is judged by the report of an Entry that is not here any more.
    private static EntryPicture? EntryOf(NetworkView view, EntryReportRecord report) =>
        view.Sessions.ContainsKey(report.Entry) && view.Nodes.TryGetValue(report.Entry, out var node) && node is { Role: Role.Entry, State: NodeState.Active }
            ? new(report.Entry, report.SourceNetwork, node.Cell, report)
            : null;
}

/// <summary>A cell that is judged.</summary>
internal sealed record CellPicture(string Id, string EntryDomain, string ExitDomain, IReadOnlyList<CorePicture> Cores);

/// <summary>A Core that is attached.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Participant">Whose it is.</param>
/// <param name="AttachedSince">Since when.</param>
/// <param name="HeardAfterLossAt">The newest loss by an Entry after which it has been heard.</param>
internal sealed record CorePicture(string Id, string Participant, DateTimeOffset AttachedSince, DateTimeOffset? HeardAfterLossAt);

/// <summary>An Entry that is attached and has reported.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Network">Where it stands, if it was told.</param>
/// <param name="OnlyCell">The one cell it serves; <see langword="null"/> for every cell.</param>
/// <param name="Report">What it finds.</param>
internal sealed record EntryPicture(string Id, string? Network, string? OnlyCell, EntryReportRecord Report)
{
    public bool Serves(CellPicture cell) => OnlyCell is null || OnlyCell == cell.Id;
}
