using System.Globalization;

namespace Cellway.Benchmarks.Scale;

/// <summary>How large the simulated network is, and what is measured with it.</summary>
/// <remarks>
/// <c>--cores</c>, <c>--entries</c>, <c>--devices</c>, <c>--cells</c>; <c>--seconds</c> for each rate of lookups; <c>--only</c> some of
/// <see cref="Phases"/>, by commas; <c>--keep DIR</c>: the filled etcd stays there, and a later run with the same sizes begins with it.
/// </remarks>
internal sealed record ScaleOptions(int Cores, int Entries, int Devices, int Cells, int Seconds)
{
    /// <summary>In the order in which they are measured. Nodes attach for every one but the first two and the last; with <c>fill</c> alone the state is made and nothing measured.</summary>
    public static readonly string[] Phases = ["commits", "cold", "attach", "beat", "change", "names", "lookup", "storm", "bare"];

    public string? Keep { get; init; }

    /// <summary><c>--rates</c>: lookups a second, by commas.</summary>
    public IReadOnlyList<int> Rates { get; init; } = [5_000, 20_000, 50_000];

    /// <summary><c>--no-sessions</c>: the network begins with no node's session in the state, instead of all of them.</summary>
    public bool NoSessions { get; init; }

    public IReadOnlyList<string> Only { get; init; } = Phases;

    public bool NeedsNodes => Only.Any(p => p is "attach" or "beat" or "change" or "names" or "lookup" or "storm");

    public static ScaleOptions Of(bool quick)
    {
        var size = quick ? new ScaleOptions(400, 40, 50_000, 2, 3) : new(10_000, 1_000, 1_000_000, 10, 10);
        return new(Read("--cores", size.Cores), Read("--entries", size.Entries), Read("--devices", size.Devices), Read("--cells", size.Cells), Read("--seconds", size.Seconds))
        {
            Keep = Find("--keep"),
            NoSessions = Environment.GetCommandLineArgs().Contains("--no-sessions"),
            Rates = Find("--rates")?.Split(',').Select(r => int.Parse(r, CultureInfo.InvariantCulture)).ToArray() ?? [5_000, 20_000, 50_000],
            Only = Find("--only")?.Split(',') ?? Phases,
        };
    }

    public bool Wants(string phase) => Only.Contains(phase);

    private static int Read(string name, int otherwise) => Find(name) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>What follows <paramref name="name"/> on the command line.</summary>
    public static string? Find(string name)
    {
        var arguments = Environment.GetCommandLineArgs();
        var at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }
}
