using Cellway.Model.Devices;
using Cellway.Model.Usage;

namespace Cellway.Manager.View;

/// <summary>What one record adds to the sums, kept so that it can be taken out again. Compact: there are millions of lines.</summary>
internal sealed record UsagePart(string Core, string Participant, UsagePeriod Period, UsagePart.Line[] Lines)
{
    public static UsagePart Of(string core, string participant, UsagePeriod period, DeviceBytes bytes) => new(
        core,
        participant,
        period,
        [
            .. bytes.Home.Select(e => new Line(DeviceNumber.Of(e.Key), e.Value, false)),
            .. bytes.Lent.Select(e => new Line(DeviceNumber.Of(e.Key), e.Value, true)),
        ]);

    /// <summary>One device at one Core.</summary>
    internal readonly record struct Line(DeviceNumber Device, TrafficBytes Bytes, bool IsLent);
}
