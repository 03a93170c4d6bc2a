using System.Globalization;

namespace Cellway.Benchmarks.Scale;

/// <summary>What was measured, each once: a run of this size is long.</summary>
internal sealed class ScaleRows
{
    private readonly List<Row> _rows = [];

    public IReadOnlyList<Row> All => _rows;

    public static void Say(string what) => Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} {what} …");

    public static double Percentile(IEnumerable<double> values, double part)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)(sorted.Length * part)];
    }

    public void Add(string what, string unit, double value) => Add(new(what, unit, value, value, value));

    /// <summary>The same of something else: the first row of that name is compared with it.</summary>
    public void Beside(string other, string what, string unit, IReadOnlyCollection<double> runs)
    {
        var row = Row.Of(other + what, unit, runs);
        if (_rows.FindIndex(r => r.What == what) is >= 0 and var at && _rows[at].Beside is null)
        {
            _rows[at] = _rows[at] with { Beside = other.TrimEnd(' ', ','), Ratio = _rows[at].Median / row.Median };
        }

        Add(row);
    }

    // As they come, because what a long run has measured should not be lost with its end.
    private void Add(Row row)
    {
        _rows.Add(row);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {row.What}: {row.Median:0.###} {row.Unit}"));
    }
}
