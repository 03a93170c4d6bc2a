using System.Globalization;
using Cellway.Manager.Incidents;
using Cellway.Model.Health;
using Cellway.Model.Incidents;

namespace Cellway.Tests.Manager.Incidents;

/// <summary>What the detector makes of networks in trouble, by scenarios whose truth is known.</summary>
/// <remarks>
/// Invariants of incidents:
/// no single node's failure is one; a missing report is no evidence; servers that are dead are not blocked; a domain that flaps is one
/// incident and not many; a blocked exit domain is found within 15 seconds of the reports that show it.
/// </remarks>
public sealed class IncidentSimulationTests(ITestOutputHelper output)
{
    private const int VariationsEach = 15;

    private static readonly IncidentOptions Options = new();

    [Fact]
    public void Judge_EveryScenarioInManyVariations_PrecisionAndRecall()
    {
        int found = 0, missed = 0, wrong = 0;
        var slowest = TimeSpan.Zero;
        List<string> faults = [];
        foreach (var (name, singleNode, make) in SimulatedScenario.All)
        {
            int foundHere = 0, missedHere = 0, wrongHere = 0;
            for (var variation = 0; variation < VariationsEach; variation++)
            {
                var seed = HashCode(name, variation);
                var run = Run(make(new Random(seed)));
                foundHere += run.Found;
                missedHere += run.Missed.Count;
                wrongHere += run.Wrong.Count;
                slowest = run.Slowest > slowest && name != SimulatedScenario.EveryDomain ? run.Slowest : slowest; // that one may take longer
                faults.AddRange(run.Wrong.Select(w => $"{name} {seed}: wrong {w}").Concat(run.Missed.Select(m => $"{name} {seed}: missed {m}")));
            }

            output.WriteLine($"{name,-42} found {foundHere,3}  missed {missedHere,3}  wrong {wrongHere,3}");
            Assert.False(singleNode && wrongHere > 0, $"A single node's failure became an incident.\n{string.Join('\n', faults)}");
            found += foundHere;
            missed += missedHere;
            wrong += wrongHere;
        }

        var precision = (double)found / (found + wrong);
        var recall = (double)found / (found + missed);
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"incident simulations: {SimulatedScenario.All.Count} scenarios, {VariationsEach} variations each: precision {precision:0.0000}, recall {recall:0.0000}"));
        output.WriteLine($"precision {precision:0.0000}  recall {recall:0.0000}  the slowest blocked exit domain found {slowest.TotalSeconds:0} s after the reports");
        output.WriteLine(string.Join('\n', faults));
        Assert.True(precision >= 0.99, $"precision {precision}\n{string.Join('\n', faults)}");
        Assert.True(recall >= 0.95, $"recall {recall}\n{string.Join('\n', faults)}");
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    private static Outcome Run(SimulatedScenario scenario)
    {
        var network = scenario.Network;
        Dictionary<(string, IncidentSubject), IncidentRecord> going = [];
        List<IncidentRecord> opened = [];
        var shown = new Dictionary<string, DateTimeOffset>();
        var slowest = TimeSpan.Zero;
        for (var second = 0; second < scenario.Seconds; second++)
        {
            scenario.Happens(second);
            network.Advance();
            Watch(network, shown);
            if (network.IsQuiet && going.Count == 0)
            {
                continue; // there is nothing that could be found: most seconds are like this
            }

            foreach (var finding in IncidentDetector.Judge(network.Picture(), Options, network.Now))
            {
                var key = (finding.Cell, finding.Subject);
                var before = going.GetValueOrDefault(key);
                if (IncidentRules.Next(before, finding, Options, network.Now) is not { } after)
                {
                    continue;
                }

                if (before is null)
                {
                    opened.Add(after);
                    if (after.Kind.Closes() && after.Subject == IncidentSubject.ExitDomain && shown.TryGetValue(after.Cell, out var since) && network.Now - since > slowest)
                    {
                        slowest = network.Now - since;
                    }
                }

                going[key] = after;
                if (after.State == IncidentState.Closed)
                {
                    going.Remove(key);
                }

                opened[opened.FindIndex(o => o.Id == after.Id)] = after;
            }
        }

        return Outcome.Of(scenario, opened, slowest);
    }

    /// <summary>Since when most Entries have lost nearly all Cores of a cell that live, as reported.</summary>
    private static void Watch(SimulatedNetwork network, Dictionary<string, DateTimeOffset> shown)
    {
        foreach (var cell in network.Cells)
        {
            var attached = network.Cores.Index().Where(c => c.Item.Cell == cell && c.Item.IsAttached).ToList();
            var cutOff = network.Entries.Index().Count(e => attached.Count(c => !network.Verdicts[e.Index, c.Index].Reach.Carries()) >= 0.8 * attached.Count);
            if (attached.Count >= Options.MinCores && cutOff >= 0.8 * network.Entries.Count)
            {
                shown.TryAdd(cell.Id, network.Now);
            }
            else
            {
                shown.Remove(cell.Id);
            }
        }
    }

    // The runtime's own hash codes differ from run to run.
    private static int HashCode(string name, int variation) => name.Aggregate(17, (hash, c) => unchecked((hash * 31) + c)) ^ variation;

    private sealed record Outcome(int Found, IReadOnlyList<string> Missed, IReadOnlyList<string> Wrong, TimeSpan Slowest)
    {
        public static Outcome Of(SimulatedScenario scenario, List<IncidentRecord> opened, TimeSpan slowest)
        {
            var left = opened.ToList();
            var found = 0;
            List<string> missed = [];
            foreach (var (cell, subject, kinds) in scenario.Expected)
            {
                if (left.Find(i => i.Cell == cell && i.Subject == subject && kinds.Contains(i.Kind)) is { } hit)
                {
                    found++;
                    left.Remove(hit);
                }
                else
                {
                    missed.Add($"{subject} of {cell}");
                }
            }

            return new(found, missed, [.. left.Select(i => $"{i.Kind} {i.Subject} of {i.Cell} at {(i.OpenedAt - SimulatedNetwork.Start).TotalSeconds:0} s: {i.Explanation}")], slowest);
        }
    }
}
