using Cellway.Model.Health;
using Cellway.Model.Incidents;

namespace Cellway.Manager.Incidents;

/// <summary>What one Entry says about the clients of one cell.</summary>
/// <param name="Entry">The Entry.</param>
/// <param name="Arrivals">Normal or collapsed; one that sees too few to tell has no vote.</param>
/// <param name="Since">Since when.</param>
/// <param name="OthersGoOn">Whether it goes on seeing the clients of another cell.</param>
internal sealed record EntryVote(EntryPicture Entry, Arrivals Arrivals, DateTimeOffset Since, bool OthersGoOn)
{
    public DateTimeOffset? NormalSince => Arrivals == Arrivals.Normal ? Since : null;

    public static EntryVote? Of(EntryPicture entry, CellPicture cell, IReadOnlyList<CellPicture> all, bool othersGoOnElsewhere)
    {
        if (ReportOf(entry, cell) is not { Arrivals: not Arrivals.Idle } own)
        {
            return null;
        }

        var others = all.Where(c => c.Id != cell.Id).Select(c => ReportOf(entry, c)).OfType<CellArrivalsReport>().Where(r => r.Arrivals != Arrivals.Idle).ToList();
        return new(entry, own.Arrivals, own.Since, others.Count == 0 ? entry.OnlyCell is not null && othersGoOnElsewhere : others.Any(r => r.Arrivals == Arrivals.Normal));
    }

    public static CellArrivalsReport? ReportOf(EntryPicture entry, CellPicture cell) =>
        entry.Serves(cell) && entry.Report.Cells.TryGetValue(cell.Id, out var report) && report.EntryDomain == cell.EntryDomain ? report : null;

    public IncidentWitness Witness() => new()
    {
        Entry = Entry.Id,
        Network = Entry.Network,
        Saw = $"arrivals {Arrivals.ToString().ToLowerInvariant()}{(OthersGoOn ? ", other cells' as usual" : "")}",
        Since = Since,
        Affected = Arrivals == Arrivals.Collapsed && OthersGoOn,
    };
}
