namespace Cellway.Benchmarks.Failover;

/// <summary>What a network does when something fails, in many trials on one network of real processes.</summary>
/// <remarks><c>--only kills|freezes|blocks|books|routes</c>, comma-separated, measures only these.</remarks>
internal static class FailoverBench
{
    private static readonly string[] Parts = [CoreFaults.Kills, CoreFaults.Freezes, CoreFaults.Blocks, "books", "routes"];

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        var parts = Wanted();
        List<Row> rows = [];
        if (parts.Intersect(CoreFaults.All).Any())
        {
            rows.AddRange(await CoreFaults.MeasureAsync(parts, quick));
        }

        if (parts.Contains("books"))
        {
            rows.AddRange(await ChaosBooks.MeasureAsync(quick));
        }

        if (parts.Contains("routes"))
        {
            rows.AddRange(RouteMoves.Measure(quick));
        }

        return rows;
    }

    private static string[] Wanted()
    {
        var arguments = Environment.GetCommandLineArgs();
        var at = Array.IndexOf(arguments, "--only");
        var wanted = at < 0 ? Parts : at + 1 < arguments.Length ? arguments[at + 1].Split(',') : [];
        return wanted.Length > 0 && wanted.All(Parts.Contains)
            ? wanted
            : throw new ArgumentException($"--only takes some of {string.Join(", ", Parts)}, with commas between them.");
    }
}
