using System.Runtime.InteropServices;
using Cellway.Model.Devices;
using Cellway.Model.Usage;

namespace Cellway.Manager.View;

/// <summary>The sums of one period.</summary>
internal sealed class PeriodUsage
{
    public Dictionary<DeviceNumber, TrafficBytes> Devices { get; } = [];

    public Dictionary<string, Carried> Cores { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Carried> Participants { get; } = new(StringComparer.Ordinal);

    public void Add(UsagePart part, int sign)
    {
        var sum = default(Carried);
        foreach (var line in part.Lines)
        {
            ref var device = ref CollectionsMarshal.GetValueRefOrAddDefault(Devices, line.Device, out _);
            device = sign > 0 ? device + line.Bytes : device - line.Bytes;
            sum = new(sum.All + line.Bytes, line.IsLent ? sum.Lent + line.Bytes : sum.Lent);
        }

        AddTo(Cores, part.Core, sum, sign);
        AddTo(Participants, part.Participant, sum, sign);
    }

    private static void AddTo(Dictionary<string, Carried> sums, string id, Carried bytes, int sign)
    {
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, id, out _);
        sum = sign > 0 ? new(sum.All + bytes.All, sum.Lent + bytes.Lent) : new(sum.All - bytes.All, sum.Lent - bytes.Lent);
    }

    /// <summary>What somebody has carried, and the part of it that was lent to strangers.</summary>
    internal readonly record struct Carried(TrafficBytes All, TrafficBytes Lent);
}
