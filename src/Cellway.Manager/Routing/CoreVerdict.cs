using Cellway.Manager.View;
using Cellway.Model.Health;
using Cellway.Model.Identities;

namespace Cellway.Manager.Routing;

/// <summary>What Entries together say of a Core, as a pure function of one view.</summary>
/// <param name="Against">Entries that it carries nothing for.</param>
/// <param name="Witnesses">Entries with a verdict that counts.</param>
/// <param name="Entries">Entries that are attached and serve its cell.</param>
internal readonly record struct CoreVerdict(int Against, int Witnesses, int Entries)
{
    /// <summary>Whether another Entry could be asked before a single one is believed.</summary>
    public bool NeedsAnother => Against == 1 && Witnesses == 1 && Entries > 1;

    /// <summary>A greater part than this of those who know it do not reach it. One Entry's network is not the Core's.</summary>
    public bool IsOut(double share) => Against > Witnesses * share;

    public static CoreVerdict Of(NetworkView view, string core)
    {
        if (!view.Nodes.TryGetValue(core, out var node))
        {
            return default;
        }

        var entries = 0;
        List<(bool Against, bool IsCredible)> said = [];
        foreach (var session in view.Sessions.Values)
        {
            if (!view.Nodes.TryGetValue(session.Node, out var entry) || entry.Role != Role.Entry || (entry.Cell is not null && entry.Cell != node.Cell))
            {
                continue;
            }

            entries++;
            if (view.EntryReports.TryGetValue(session.Node, out var report) && report.Cores.TryGetValue(core, out var reach))
            {
                // One that reaches nobody at all is more likely to be cut off itself.
                said.Add((!reach.Reach.Carries(), report.Cores.Count == 1 || report.Cores.Values.Any(r => r.Reach.Carries())));
            }
        }

        var counted = said.Exists(s => s.IsCredible) ? said.FindAll(s => s.IsCredible) : said;
        return new(counted.Count(s => s.Against), counted.Count, entries);
    }
}
