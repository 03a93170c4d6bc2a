using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.State;
using Cellway.Model.Usage;

namespace Cellway.Manager.Accounting;

/// <summary>Finds the devices behind the routes of a report.</summary>
internal sealed class UsageAttribution(RouteIds ids, NetworkViewFeed feed, FreshReads fresh, StateKeys keys)
{
    /// <summary>The report's bytes by device. Those of devices that are gone, and those on routes that never were, come together: a Core that makes them up makes no records.</summary>
    public async ValueTask<DeviceBytes> ByDeviceAsync(ReceivedReport report, CancellationToken cancellationToken)
    {
        Dictionary<string, TrafficBytes> home = new(StringComparer.Ordinal), lent = new(StringComparer.Ordinal);
        foreach (var (route, bytes) in report.Routes)
        {
            var (device, isLent) = ids.Read(route);
            var id = device.ToString();
            var known = feed.Current.Accounts.FindDevice(id) is not null || await fresh.HasForStrangerAsync(keys.Device(id), cancellationToken);
            var into = known && isLent ? lent : home;
            into[known ? id : DeviceBytes.Former] = into.GetValueOrDefault(known ? id : DeviceBytes.Former) + bytes;
        }

        return new() { Home = home, Lent = lent };
    }
}
