using System.Globalization;

namespace Cellway.Manager.Rotation;

/// <summary>How often service names change, and how long replaced ones are accepted.</summary>
/// <remarks>All times are whole seconds: that is what nodes are told. The leader's options hold for the whole network.</remarks>
public sealed record RotationOptions
{
    /// <summary>A hop's names are never more than this: a node compares every tunnel with all of them, and each change of names sends all of them.</summary>
    public const int MaxNames = 512;

    /// <summary>
    /// Client to Entry. Every 2 hours. Replaced names are accepted for 72 hours and three generations, because popular apps refresh a
    /// subscription once a day or only by hand.
    /// </summary>
    public HopOptions Entry { get; init; } = new() { Every = TimeSpan.FromHours(2), Keep = TimeSpan.FromHours(72) };

    /// <summary>
    /// Entry to Core. Every hour. Replaced names are accepted for 6 hours: Entries choose a name when they open a tunnel, so this is for
    /// an Entry that comes back to management later than its Cores do, and for clocks that are hours wrong.
    /// </summary>
    public HopOptions Exit { get; init; } = new() { Every = TimeSpan.FromHours(1), Keep = TimeSpan.FromHours(6) };

    /// <summary>How far ahead names are planned at least: management may be away for so long and names still change. Default 24 hours.</summary>
    public TimeSpan Ahead { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How far each clock may be off, either way. Default 2 minutes.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a change takes to reach every node that is not cut off; one whose replica has died is back within 30 seconds. Default 1 minute.</summary>
    public TimeSpan PushWithin { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long before it is announced a name is accepted, at least: until then every node knows it, by its own clock.</summary>
    public TimeSpan Lead => PushWithin + (2 * ClockSkew);

    /// <summary>Everything that is wrong; empty when nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        Check(Ahead > TimeSpan.Zero, $"names must be planned ahead for some time, not for {Show(Ahead)}");
        Check(ClockSkew >= TimeSpan.Zero && ClockSkew <= TimeSpan.FromHours(1), $"clocks may be off by 0 to 1 hour, not by {Show(ClockSkew)}");
        Check(PushWithin >= TimeSpan.Zero && PushWithin <= TimeSpan.FromHours(1), $"a change may take 0 to 1 hour to reach nodes, not {Show(PushWithin)}");
        CheckWhole("plan ahead", Ahead);
        CheckWhole("clock difference", ClockSkew);
        CheckWhole("push time", PushWithin);
        CheckHop("entry", Entry);
        CheckHop("exit", Exit);
        return errors;

        void CheckHop(string name, HopOptions hop)
        {
            var before = errors.Count;
            Check(hop.Every > TimeSpan.Zero, $"the {name} hop's names must change after some time, not after {Show(hop.Every)}");
            Check(hop.Offset >= TimeSpan.Zero, $"the {name} hop's random offset cannot be {Show(hop.Offset)}");
            Check(hop.Keep >= TimeSpan.Zero, $"the {name} hop cannot keep names for {Show(hop.Keep)}");
            Check(hop.Generations is >= 0 and <= 100, $"the {name} hop may keep 0 to 100 generations at least, not {hop.Generations}");
            CheckWhole($"{name} hop's interval", hop.Every);
            CheckWhole($"{name} hop's offset", hop.Offset);
            CheckWhole($"{name} hop's time to keep names", hop.Keep);
            if (errors.Count == before && Ahead > TimeSpan.Zero)
            {
                var names = ((hop.Keep + Ahead + (2 * ClockSkew)) / hop.Every) + hop.Generations + 8;
                Check(names <= MaxNames / 2, string.Create(CultureInfo.InvariantCulture, $"the {name} hop would have {names:0} names at a time and may have {MaxNames / 2}: change them less often, or keep them for less long"));
            }
        }

        void CheckWhole(string name, TimeSpan time) => Check(time.Ticks % TimeSpan.TicksPerSecond == 0, $"the {name} must be whole seconds, not {Show(time)}");

        void Check(bool holds, string error)
        {
            if (!holds)
            {
                errors.Add($"Rotation: {error}.");
            }
        }
    }

    private static string Show(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);
}
