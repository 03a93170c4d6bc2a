using System.Globalization;
using System.Text.RegularExpressions;
using Cellway.Testing.Histories;

namespace Cellway.EndToEndTests.Faults;

/// <summary>Reads from a replica's log when it led, and what it did then.</summary>
internal static partial class LeaderLog
{
    public static IEnumerable<LeaderAction> Read(string run, string log)
    {
        var term = 0L;
        foreach (var line in log.Split('\n'))
        {
            if (Leads().Match(line) is { Success: true } leads)
            {
                term = long.Parse(leads.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
                yield return new(run, term);
            }
            else if (Forgets().Match(line) is { Success: true } forgets)
            {
                yield return new(run, term, Facts.Endpoint(forgets.Groups[1].Value), Facts.Gone);
            }
        }
    }

    // Log events are a contract: see LeadershipLog and ReplicaLog.
    [GeneratedRegex(@"LeadershipLog\[1500\] This replica leads, term (\d+)")]
    private static partial Regex Leads();

    [GeneratedRegex(@"ReplicaLog\[1521\] Forgets the management endpoint (\S+):")]
    private static partial Regex Forgets();
}
