using Cellway.Manager.View;
using Cellway.Model.Devices;
using Cellway.Model.Identities;

namespace Cellway.Manager.Routing;

/// <summary>What a route id is made of.</summary>
/// <param name="Device">The device.</param>
/// <param name="Credential">The hash of its credential.</param>
/// <param name="IsLent">Whether the Core is of another cell than the device.</param>
/// <param name="Core">The Core.</param>
internal readonly record struct RouteSubject(DeviceNumber Device, Hash256 Credential, bool IsLent, PlannedCore Core)
{
    public RouteSubject(in DeviceRow device, PlannedCore core)
        : this(DeviceNumber.Of(device.Id), device.Credential, device.Cell != core.Cell, core)
    {
    }
}
