using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Health;
using Cellway.Model.Identities;
using Arrivals = Cellway.Model.Health.Arrivals;
using CoreReach = Cellway.Model.Health.CoreReach;

namespace Cellway.Manager.PhoneHome;

/// <summary>What an Entry says, as the network keeps it. It is another machine's word: it may speak of what there is, and of no more.</summary>
internal static class EntryFindings
{
    /// <summary>The record after what the Entry has said.</summary>
    public static EntryReportRecord After(EntryReportRecord before, Findings findings, NetworkView view, DateTimeOffset now)
    {
        var cores = findings.Whole ? new(StringComparer.Ordinal) : new Dictionary<string, CoreReachReport>(before.Cores, StringComparer.Ordinal);
        foreach (var finding in findings.Cores.Where(f => IsOf(view, f)))
        {
            cores[finding.CoreId] = new()
            {
                ExitDomain = finding.ExitDomain,
                Reach = (CoreReach)finding.Reach, // the numbers are the same
                Since = now - TimeSpan.FromSeconds(finding.Seconds),
                Milliseconds = (int)Math.Min(finding.Milliseconds, int.MaxValue),
            };
        }

        foreach (var forgotten in findings.Forgotten)
        {
            cores.Remove(forgotten);
        }

        var cells = findings.Cells
            .Where(f => view.Cells.ContainsKey(f.CellId) && Enum.IsDefined((Arrivals)f.Arrivals) && Names.IsDomain(f.EntryDomain))
            .DistinctBy(f => f.CellId, StringComparer.Ordinal)
            .ToDictionary(f => f.CellId, f => CellOf(f, before, now), StringComparer.Ordinal);
        return before with { Cores = cores, Cells = cells };
    }

    private static bool IsOf(NetworkView view, CoreFinding finding) =>
        Enum.IsDefined((CoreReach)finding.Reach)
        && Names.IsDomain(finding.ExitDomain)
        && view.Nodes.TryGetValue(finding.CoreId, out var node)
        && node.Role == Role.Core;

    private static CellArrivalsReport CellOf(ArrivalsFinding finding, EntryReportRecord before, DateTimeOffset now) =>
        before.Cells.TryGetValue(finding.CellId, out var same) && same.EntryDomain == finding.EntryDomain && same.Arrivals == (Arrivals)finding.Arrivals
            ? same
            : new() { EntryDomain = finding.EntryDomain, Arrivals = (Arrivals)finding.Arrivals, Since = now - TimeSpan.FromSeconds(finding.Seconds) };
}
