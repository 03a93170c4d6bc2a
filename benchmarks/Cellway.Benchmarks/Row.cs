using System.Globalization;

namespace Cellway.Benchmarks;

/// <summary>One measurement: the median of several runs, their spread, and the same thing done the other way in the same run.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Unit">In which unit.</param>
/// <param name="Median">The median.</param>
/// <param name="Low">The lowest run.</param>
/// <param name="High">The highest run.</param>
/// <param name="Beside">What it is compared with.</param>
/// <param name="Ratio">The median as a multiple of that one's.</param>
internal sealed record Row(string What, string Unit, double Median, double Low, double High, string? Beside = null, double? Ratio = null)
{
    public static Row Of(string what, string unit, IReadOnlyCollection<double> runs, Row? beside = null)
    {
        var sorted = runs.Order().ToArray();
        var median = sorted[sorted.Length / 2];
        return new(what, unit, median, sorted[0], sorted[^1], beside?.What, median / beside?.Median);
    }

    public static void Print(IReadOnlyList<Row> rows)
    {
        Console.WriteLine($"{"",-44} {"median",10}  {"spread",-19} {"unit",-10} ratio");
        foreach (var row in rows)
        {
            var ratio = row.Ratio is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{row.Ratio:0.00} × {row.Beside}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.What,-44} {row.Median,10:0.###}  {row.Low,8:0.###} – {row.High,-8:0.###} {row.Unit,-10} {ratio}"));
        }
    }
}
