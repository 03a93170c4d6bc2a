using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Routing;

/// <summary>Who may be routed where, as pure functions of one view.</summary>
internal static class RoutePlan
{
    /// <summary>Whether the device may connect at all.</summary>
    public static bool IsAdmitted(NetworkView view, in DeviceRow device) =>
        device is { Disabled: false, UserAllowed: true, Spent: false } && view.Cells.TryGetValue(device.Cell, out var cell) && cell.State == CellState.Active;

    /// <summary>The Core as routes see it: attached, and not revoked. One that drains keeps the routes it had, or its running sessions would be cut.</summary>
    public static PlannedCore? CoreOf(NetworkView view, string node) =>
        view.Nodes.TryGetValue(node, out var record)
        && record is { Role: Role.Core, Cell: not null, State: not NodeState.Revoked }
        && view.Sessions.ContainsKey(node)
            ? new(record)
            : null;
}
