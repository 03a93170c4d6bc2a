using Cellway.Manager.Api;
using Cellway.Manager.Routing;
using Cellway.Manager.View;

namespace Cellway.Manager.Devices;

/// <summary>Devices as people see them.</summary>
internal static class DeviceInfos
{
    public static IReadOnlyList<DeviceInfo> Of(NetworkView view, RouteTable routes, DateTimeOffset now) =>
    [
        .. view.Accounts.AllDevices().Select(d => d.Row)
            .OrderBy(d => d.User, StringComparer.Ordinal).ThenBy(d => d.Name, StringComparer.Ordinal)
            .Select(d => Of(view, routes, d, now)),
    ];

    public static DeviceInfo Of(NetworkView view, RouteTable routes, DeviceRow written, DateTimeOffset now)
    {
        // A record that was just written does not say whether its user may connect; the view's does.
        var device = view.Accounts.FindDevice(written.Id) ?? written;
        var quota = DeviceQuota.Of(view, device, now);
        var core = routes.RoutesFor(view, device).Select(r => r.Core).FirstOrDefault();
        return new(
            device.Id, device.User, device.Name, device.Cell, device.Disabled, core?.Id,
            quota.Used.Total, quota.Limit, device.Sessions == 0 ? null : device.Sessions, device.BytesPerSecond == 0 ? null : device.BytesPerSecond, device.Spent,
            new(device.CreatedAtTicks, TimeSpan.Zero), device.PinnedCore, core is null || core.Cell == device.Cell ? null : core.Cell);
    }
}
