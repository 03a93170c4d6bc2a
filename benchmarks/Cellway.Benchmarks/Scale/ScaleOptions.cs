using System.Globalization;

namespace Cellway.Benchmarks.Scale;

/// <summary>How large the simulated network is: <c>--cores</c>, <c>--entries</c>, <c>--devices</c>, <c>--cells</c>; <c>--seconds</c> for each rate of lookups.</summary>
internal sealed record ScaleOptions(int Cores, int Entries, int Devices, int Cells, int Seconds)
{
    public static ScaleOptions Of(bool quick)
    {
        var size = quick ? new ScaleOptions(400, 40, 50_000, 2, 3) : new(10_000, 1_000, 1_000_000, 10, 10);
        return new(Read("--cores", size.Cores), Read("--entries", size.Entries), Read("--devices", size.Devices), Read("--cells", size.Cells), Read("--seconds", size.Seconds));
    }

    private static int Read(string name, int otherwise)
    {
        var arguments = Environment.GetCommandLineArgs();
        var at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : otherwise;
    }
}
