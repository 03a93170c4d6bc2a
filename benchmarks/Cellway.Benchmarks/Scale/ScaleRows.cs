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

    public void Add(string what, string unit, double value) => _rows.Add(new(what, unit, value, value, value));

    public void Add(string what, string unit, IReadOnlyCollection<double> runs) => _rows.Add(Row.Of(what, unit, runs));

    /// <summary>The same of something else: the first row of that name is compared with it.</summary>
    public void Beside(string other, string what, string unit, IReadOnlyCollection<double> runs)
    {
        var row = Row.Of(other + what, unit, runs);
        if (_rows.FindIndex(r => r.What == what) is >= 0 and var at && _rows[at].Beside is null)
        {
            _rows[at] = _rows[at] with { Beside = other.TrimEnd(' ', ','), Ratio = _rows[at].Median / row.Median };
        }

        _rows.Add(row);
    }
}
