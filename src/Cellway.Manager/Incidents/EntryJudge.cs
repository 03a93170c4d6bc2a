using System.Globalization;
using Cellway.Model.Health;
using Cellway.Model.Incidents;

namespace Cellway.Manager.Incidents;

/// <summary>Judges the entry domain of a cell by how its clients come in.</summary>
/// <remarks>
/// Clients stay away for many reasons: the night, an outage of their provider, a holiday. They stay away from one domain alone, while
/// the same Entries go on seeing the clients of others, when that domain is blocked. Where there is no other domain, nothing is judged.
/// </remarks>
internal static class EntryJudge
{
    public static Finding Judge(CellPicture cell, NetworkPicture picture, bool exitIsWell, IncidentOptions options, DateTimeOffset now)
    {
        var othersGoOn = OthersGoOn(cell, picture, options);
        var votes = picture.Entries.Select(e => EntryVote.Of(e, cell, picture.Cells, othersGoOn)).OfType<EntryVote>().ToList();
        var compared = votes.Where(v => v.OthersGoOn).ToList();
        var staying = compared.Where(v => v.Arrivals == Arrivals.Collapsed).ToList();
        var finding = new Finding
        {
            Cell = cell.Id,
            Subject = IncidentSubject.EntryDomain,
            Domain = cell.EntryDomain,
            ServesMostSince = Shares.SinceWhen(votes.Select(v => v.NormalSince), Shares.Needed(options.EntryShare, votes.Count)),
            ServesLastSince = votes.Max(v => v.NormalSince),
            Witnesses = [.. votes.OrderByDescending(v => v.Arrivals == Arrivals.Collapsed).Take(IncidentRecord.MaxWitnesses).Select(v => v.Witness())],
        };
        if (!exitIsWell)
        {
            return finding; // whoever cannot get out of this cell goes elsewhere
        }

        var most = Math.Max(options.MinEntries, Shares.Needed(options.EntryShare, compared.Count));
        if (Shares.SinceWhen(staying.Select(v => (DateTimeOffset?)v.Since), most) is { } since && now - since >= options.ArrivalsAfter)
        {
            return finding with
            {
                Kind = IncidentKind.Blocked,
                Since = since,
                Explanation = $"Its clients stay away from {staying.Count} of {compared.Count} Entries, which are well and go on seeing clients of other entry domains, for {Time(now - since)} "
                    + string.Create(CultureInfo.InvariantCulture, $"(rule: {options.EntryShare * 100:0.#} % of the Entries, at least {options.MinEntries}, for {Time(options.ArrivalsAfter)})."),
            };
        }

        return Shares.SinceWhen(staying.Select(v => (DateTimeOffset?)v.Since), options.MinEntries) is { } some && now - some >= options.ArrivalsAfter && compared.Any(v => v.Arrivals == Arrivals.Normal)
            ? finding with
            {
                Kind = IncidentKind.BlockedInPlaces,
                Since = some,
                Explanation = $"Its clients stay away from {staying.Count} of {compared.Count} Entries for {Time(now - some)}, but not the clients of other entry domains "
                    + $"(rule: at least {options.MinEntries} Entries for {Time(options.ArrivalsAfter)}).",
            }
            : finding;
    }

    /// <summary>For Entries that serve one cell only: whether clients of other cells come in as usual, wherever they do.</summary>
    private static bool OthersGoOn(CellPicture cell, NetworkPicture picture, IncidentOptions options)
    {
        var others = picture.Entries
            .SelectMany(e => picture.Cells.Where(c => c.Id != cell.Id).Select(c => EntryVote.ReportOf(e, c)))
            .OfType<CellArrivalsReport>()
            .Where(r => r.Arrivals != Arrivals.Idle)
            .ToList();
        var normal = others.Count(r => r.Arrivals == Arrivals.Normal);
        return normal >= options.MinEntries && normal >= Shares.Needed(options.EntryShare, others.Count);
    }

    private static string Time(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalSeconds):0} s");
}
