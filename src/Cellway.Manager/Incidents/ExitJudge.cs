using System.Globalization;
using Cellway.Model.Health;
using Cellway.Model.Incidents;

namespace Cellway.Manager.Incidents;

/// <summary>Judges the exit domain of a cell by what Entries find of its Cores.</summary>
/// <remarks>
/// A domain is blocked when most Entries have lost nearly all of its Cores, the Cores live, and the Entries reach something else. What
/// one node can cause is never enough: one Core is not nearly all, one Entry not most, and a Core that is dead has not been heard since.
/// </remarks>
internal static class ExitJudge
{
    public static Finding Judge(CellPicture cell, NetworkPicture picture, IncidentOptions options, DateTimeOffset now)
    {
        var all = picture.Entries.Select(e => ExitVote.Of(e, cell, picture.Cells, options, now)).OfType<ExitVote>().ToList();
        var votes = all.Where(v => v.HasVoice).ToList();
        var finding = new Finding
        {
            Cell = cell.Id,
            Subject = IncidentSubject.ExitDomain,
            Domain = cell.ExitDomain,
            ServesMostSince = Shares.SinceWhen(votes.Select(v => v.CarriesSince), Shares.Needed(options.EntryShare, votes.Count)),
            ServesLastSince = votes.Max(v => v.CarriesSince),
            WellForMostSince = Shares.SinceWhen(votes.Select(v => v.WellSince), Shares.Needed(options.EntryShare, votes.Count)),
            Witnesses = [.. all.OrderByDescending(v => v.CutOffSince is not null).Take(IncidentRecord.MaxWitnesses).Select(v => v.Witness())],
        };
        return Blocked(cell, votes, finding, options, now)
            ?? Everywhere(cell, all, finding, options, now)
            ?? InPlaces(cell, votes, finding, options, now)
            ?? Slow(cell, votes, finding, options, now)
            ?? finding;
    }

    private static Finding? Blocked(CellPicture cell, List<ExitVote> votes, Finding finding, IncidentOptions options, DateTimeOffset now)
    {
        var cutOff = votes.Where(v => v.CutOffSince is not null).ToList();
        var compared = cutOff.Count > 0 && cutOff.All(v => v.ReachesOthers == true);
        var share = compared ? options.EntryShare : options.EntryShareAlone;
        var needed = Math.Max(options.MinEntries, Shares.Needed(share, votes.Count));
        if (Shares.SinceWhen(cutOff.Select(v => v.CutOffSince), needed) is not { } since
            || now - since < options.BlockedAfter
            || (!compared && IsOneNetworkOfSeveral(cutOff, votes)))
        {
            return null;
        }

        return Closing(
            cell, cutOff, needed, finding, options, since,
            $"{cutOff.Count} of {votes.Count} Entries have lost it for {Time(now - since)} (rule: {Percent(share)} of the Entries, at least {options.MinEntries}, for {Time(options.BlockedAfter)})"
            + (compared ? "; each of them reaches other exit domains" : "; there is no other exit domain to compare with"));
    }

    /// <summary>All domains at once. That may be the Entries' own network; not when they stand in several.</summary>
    private static Finding? Everywhere(CellPicture cell, List<ExitVote> all, Finding finding, IncidentOptions options, DateTimeOffset now)
    {
        var cutOff = all.Where(v => v.CutOffSince is not null && !v.HasVoice).ToList();
        var needed = Math.Max(options.MinEntries, Shares.Needed(options.EntryShareAlone, all.Count));
        if (Shares.SinceWhen(cutOff.Select(v => v.CutOffSince), needed) is not { } since
            || now - since < options.EverywhereAfter
            || cutOff.Select(v => v.Entry.Network).OfType<string>().Distinct(StringComparer.Ordinal).Count() < options.MinEntries)
        {
            return null;
        }

        return Closing(
            cell, cutOff, needed, finding, options, since,
            $"{cutOff.Count} of {all.Count} Entries, in several networks, have lost it and every other exit domain for {Time(now - since)} (rule: {Percent(options.EntryShareAlone)} of the Entries for {Time(options.EverywhereAfter)})");
    }

    private static Finding? Closing(
        CellPicture cell, List<ExitVote> cutOff, int needed, Finding finding, IncidentOptions options, DateTimeOffset since, string what)
    {
        // A Core counts when as many Entries have lost it as must, and since the last of those has: what a single one lost, or long ago, proves nothing.
        var lost = cutOff.SelectMany(v => v.Lost)
            .GroupBy(k => k.Core.Id, StringComparer.Ordinal)
            .Where(g => g.Count() >= needed)
            .Select(g => (g.First().Core, Since: Shares.SinceWhen(g.Select(k => (DateTimeOffset?)k.Found.Since), needed)))
            .ToList();
        var alive = lost.Count(l => l.Core.HeardAfterLossAt >= l.Since);
        if (lost.Count < options.MinCores
            || alive < Math.Max(options.MinCores, Shares.Needed(options.AliveShare, lost.Count))
            || IsOneParticipantOfSeveral(cell, lost.Select(l => l.Core)))
        {
            return null;
        }

        return finding with
        {
            Kind = cutOff.Count(v => v.StallsMostly) * 2 > cutOff.Count ? IncidentKind.Stalls : IncidentKind.Blocked,
            Since = since,
            Explanation = $"{what}; {alive} of the {lost.Count} lost Cores have been heard since, so they live and the way to them does not.",
        };
    }

    private static Finding? InPlaces(CellPicture cell, List<ExitVote> votes, Finding finding, IncidentOptions options, DateTimeOffset now)
    {
        var cutOff = votes.Where(v => v.CutOffSince is not null && v.ReachesOthers == true).ToList();
        var elsewhere = votes.Where(v => v.CarriesSince is not null).SelectMany(v => v.Known).Where(k => k.Found.Reach.Carries()).Select(k => k.Core.Id).ToHashSet(StringComparer.Ordinal);
        var proven = cutOff.SelectMany(v => v.Lost).Select(k => k.Core.Id).Distinct(StringComparer.Ordinal).Count(elsewhere.Contains);
        if (Shares.SinceWhen(cutOff.Select(v => v.CutOffSince), options.MinEntries) is not { } since || now - since < options.InPlacesAfter || proven < options.MinCores)
        {
            return null;
        }

        var networks = cutOff.Select(v => v.Entry.Network).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return finding with
        {
            Kind = IncidentKind.BlockedInPlaces,
            Since = since,
            Explanation = $"{cutOff.Count} of {votes.Count} Entries{(networks.Count == 0 ? "" : $" (in {string.Join(", ", networks)})")} have lost it for {Time(now - since)}, "
                + $"reach other exit domains, and {proven} of the Cores that they have lost answer other Entries (rule: at least {options.MinEntries} Entries for {Time(options.InPlacesAfter)}).",
        };
    }

    private static Finding? Slow(CellPicture cell, List<ExitVote> votes, Finding finding, IncidentOptions options, DateTimeOffset now)
    {
        var slow = votes.Where(v => v.SlowSince is not null && v.OthersAreFast).ToList();
        var needed = Math.Max(options.MinEntries, Shares.Needed(options.EntryShare, votes.Count));
        var cores = slow.SelectMany(v => v.Known).Where(k => k.Found.Reach == CoreReach.Slow).Select(k => k.Core).DistinctBy(c => c.Id).ToList();
        return Shares.SinceWhen(slow.Select(v => v.SlowSince), needed) is { } since
            && now - since >= options.SlowAfter
            && cores.Count >= options.MinCores
            && cores.Select(c => c.Participant).Distinct(StringComparer.Ordinal).Count() > 1 // one provider may be slow for everybody
            ? finding with
            {
                Kind = IncidentKind.Slow,
                Since = since,
                Explanation = $"{slow.Count} of {votes.Count} Entries find {cores.Count} of the {cell.Cores.Count} Cores, of several participants, slow for {Time(now - since)} while other exit domains are fast "
                    + $"(rule: {Percent(options.EntryShare)} of the Entries for {Time(options.SlowAfter)}).",
            }
            : null;
    }

    /// <summary>All Cores that are lost are one participant's, and another one has Cores here that are not: that is a provider's trouble.</summary>
    private static bool IsOneParticipantOfSeveral(CellPicture cell, IEnumerable<CorePicture> lost)
    {
        var theirs = lost.Select(c => c.Participant).Distinct(StringComparer.Ordinal).ToList();
        return theirs.Count == 1 && cell.Cores.Any(c => c.Participant != theirs[0]);
    }

    /// <summary>All Entries that are cut off stand in one network, and others do not: without another domain to compare with, that is this network's trouble.</summary>
    private static bool IsOneNetworkOfSeveral(List<ExitVote> cutOff, List<ExitVote> votes)
    {
        var theirs = cutOff.Select(v => v.Entry.Network).Distinct(StringComparer.Ordinal).ToList();
        return theirs is [not null] && votes.Any(v => v.Entry.Network != theirs[0]);
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");

    private static string Time(TimeSpan time) => time < TimeSpan.FromMinutes(10)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalSeconds):0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalMinutes):0} min");
}
