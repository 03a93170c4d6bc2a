using Cellway.Model.Usage;

namespace Cellway.Manager.View;

/// <summary>What a device has moved in the current period and what it may, as people and their apps are shown it.</summary>
/// <param name="Used">Bytes moved, up and down.</param>
/// <param name="Limit">Bytes it may move, both directions together; <see langword="null"/>: any number.</param>
/// <param name="RenewsAt">When the count begins anew.</param>
/// <param name="ExpiresAt">From when on its user is refused; <see langword="null"/>: never.</param>
/// <param name="Spent">Whether it is refused because nothing is left.</param>
internal readonly record struct DeviceQuota(TrafficBytes Used, long? Limit, DateTimeOffset RenewsAt, DateTimeOffset? ExpiresAt, bool Spent)
{
    public static DeviceQuota Of(NetworkView view, in DeviceRow device, DateTimeOffset now)
    {
        var period = view.PeriodAt(now);
        return new(
            view.Usage.OfDevice(device.Id, period),
            device.BytesPerMonth == 0 ? null : device.BytesPerMonth,
            period.End,
            view.Accounts.ExpiryOf(device.User),
            device.Spent);
    }
}
