namespace Cellway.Model.Usage;

/// <summary>Bytes by device: those of devices at home in the Core's cell, and those lent to strangers. A device's total is the sum of both.</summary>
public sealed record DeviceBytes
{
    /// <summary>What stands for devices that are no longer there, or never were.</summary>
    public const string Former = "former";

    private static readonly Dictionary<string, TrafficBytes> s_none = [];

    /// <summary>No bytes.</summary>
    public static DeviceBytes Empty { get; } = new();

    /// <summary>By id of the device, of devices whose home is the Core's cell.</summary>
    public IReadOnlyDictionary<string, TrafficBytes> Home { get; init => field = value ?? s_none; } = s_none;

    /// <summary>By id of the device, of devices of other cells: it counts against the participant's reserve.</summary>
    public IReadOnlyDictionary<string, TrafficBytes> Lent { get; init => field = value ?? s_none; } = s_none;

    /// <summary>How many entries there are.</summary>
    public int Count => Home.Count + Lent.Count;

    /// <summary>Both together.</summary>
    public DeviceBytes Plus(DeviceBytes other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new() { Home = Sum(Home, other.Home), Lent = Sum(Lent, other.Lent) };
    }

    /// <summary>Those of some devices.</summary>
    public DeviceBytes Where(Func<string, bool> device) => new()
    {
        Home = Home.Where(e => device(e.Key)).ToDictionary(StringComparer.Ordinal),
        Lent = Lent.Where(e => device(e.Key)).ToDictionary(StringComparer.Ordinal),
    };

    private static IReadOnlyDictionary<string, TrafficBytes> Sum(IReadOnlyDictionary<string, TrafficBytes> left, IReadOnlyDictionary<string, TrafficBytes> right)
    {
        if (right.Count == 0)
        {
            return left;
        }

        var sum = new Dictionary<string, TrafficBytes>(left, StringComparer.Ordinal);
        foreach (var (device, bytes) in right)
        {
            sum[device] = sum.GetValueOrDefault(device) + bytes;
        }

        return sum;
    }
}
