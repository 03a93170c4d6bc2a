using Cellway.Model.Health;
using Cellway.Model.Incidents;

namespace Cellway.Manager.Incidents;

/// <summary>What one Entry says about the exit domain of one cell.</summary>
internal sealed class ExitVote
{
    private ExitVote(EntryPicture entry, IReadOnlyList<(CorePicture Core, CoreReachReport Found)> known, IncidentOptions options)
    {
        Entry = entry;
        Known = known;
        Lost = [.. known.Where(k => !k.Found.Reach.Carries())];
        var needed = Shares.Needed(options.CoreShare, known.Count);
        CutOffSince = Shares.SinceWhen(Lost.Select(k => (DateTimeOffset?)k.Found.Since), needed);
        SlowSince = Shares.SinceWhen(known.Where(k => k.Found.Reach == CoreReach.Slow).Select(k => (DateTimeOffset?)k.Found.Since), needed);
        WellSince = Shares.SinceWhen(known.Where(k => k.Found.Reach == CoreReach.Reachable).Select(k => (DateTimeOffset?)k.Found.Since), needed);
        CarriesSince = Shares.SinceWhen(known.Where(k => k.Found.Reach.Carries()).Select(k => (DateTimeOffset?)k.Found.Since), needed);
    }

    public EntryPicture Entry { get; }

    /// <summary>The Cores of the cell that it has a verdict on.</summary>
    public IReadOnlyList<(CorePicture Core, CoreReachReport Found)> Known { get; }

    /// <summary>Those that it does not reach.</summary>
    public IReadOnlyList<(CorePicture Core, CoreReachReport Found)> Lost { get; }

    public DateTimeOffset? CutOffSince { get; }

    public DateTimeOffset? SlowSince { get; }

    public DateTimeOffset? WellSince { get; }

    /// <summary>Reached, if slowly.</summary>
    public DateTimeOffset? CarriesSince { get; }

    /// <summary>Whether it reaches a Core of another domain; <see langword="null"/> when it knows none. One that reaches nothing at all has lost its own network, and has no voice.</summary>
    public bool? ReachesOthers { get; private init; }

    /// <summary>Whether most Cores of other domains are fast.</summary>
    public bool OthersAreFast { get; private init; }

    public bool HasVoice => ReachesOthers != false;

    public bool StallsMostly => Lost.Count(k => k.Found.Reach == CoreReach.Stalls) * 2 > Lost.Count;

    /// <returns>The vote, or <see langword="null"/> when it knows too few of the cell's Cores.</returns>
    public static ExitVote? Of(EntryPicture entry, CellPicture cell, IReadOnlyList<CellPicture> all, IncidentOptions options, DateTimeOffset now)
    {
        if (!entry.Serves(cell))
        {
            return null;
        }

        var known = KnownOf(entry, cell, options, now);
        if (known.Count == 0 || known.Count < Math.Min(options.MinCores, cell.Cores.Count))
        {
            return null;
        }

        var others = all.Where(c => c.Id != cell.Id && c.ExitDomain != cell.ExitDomain).SelectMany(c => KnownOf(entry, c, options, now)).ToList();
        return new(entry, known, options)
        {
            ReachesOthers = others.Count == 0 ? null : others.Any(k => k.Found.Reach.Carries()),
            OthersAreFast = others.Count > 0 && others.Count(k => k.Found.Reach == CoreReach.Reachable) * 2 > others.Count,
        };
    }

    public IncidentWitness Witness()
    {
        var worst = Known.GroupBy(k => k.Found.Reach).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).First();
        return new()
        {
            Entry = Entry.Id,
            Network = Entry.Network,
            Saw = $"{worst.Key.ToString().ToLowerInvariant()}: {worst.Count()} of {Known.Count} Cores{(HasVoice ? "" : ", and no other domain's either")}",
            Since = CutOffSince ?? SlowSince ?? WellSince ?? worst.Max(k => k.Found.Since),
            Affected = HasVoice && (CutOffSince ?? SlowSince) is not null,
        };
    }

    private static List<(CorePicture Core, CoreReachReport Found)> KnownOf(EntryPicture entry, CellPicture cell, IncidentOptions options, DateTimeOffset now)
    {
        List<(CorePicture, CoreReachReport)> known = [];
        foreach (var core in cell.Cores)
        {
            if (entry.Report.Cores.TryGetValue(core.Id, out var found) && found.ExitDomain == cell.ExitDomain && !IsOutdated(core, found, options, now))
            {
                known.Add((core, found));
            }
        }

        return known;
    }

    // It was lost and has attached since: it has been restarted, and whoever lost it has not tried again yet.
    private static bool IsOutdated(CorePicture core, CoreReachReport found, IncidentOptions options, DateTimeOffset now) =>
        !found.Reach.Carries() && core.AttachedSince >= found.Since && now - core.AttachedSince < options.SettleFor;
}
