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
        device is { Disabled: false, UserAllowed: true, Spent: false } && view.Cells.TryGetValue(device.Cell, out var cell) && IsOpen(cell);

    /// <summary>Whether devices live in the cell. One that is no longer well, or retired before they had moved, is lent other cells' Cores.</summary>
    public static bool IsOpen(CellRecord cell) => cell.State != CellState.Forming;

    /// <summary>Whether Entries may be sent to Cores of the cell as long as there are others.</summary>
    public static bool IsWell(CellRecord cell) => cell is { State: CellState.Active, ExitBlockedSince: null };

    /// <summary>The Core as routes see it: attached, and not revoked. One that takes no new sessions keeps the routes it had, or its running ones would be cut.</summary>
    public static PlannedCore? CoreOf(NetworkView view, string node) =>
        view.Nodes.TryGetValue(node, out var record)
        && record is { Role: Role.Core, Cell: not null, State: not NodeState.Revoked }
        && view.Sessions.TryGetValue(node, out var session)
            ? new(record, session, ReserveLedger.Lends(view, record.Participant) ? view.Participants[record.Participant].ReserveBytesPerMonth : 0)
            : null;

    /// <summary>Among which Cores the devices of a cell have theirs.</summary>
    /// <param name="view">Where the cell stands.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="own">Its attached Cores, in order.</param>
    /// <param name="lent">What other cells lend it, in order.</param>
    public static Ways WaysOf(NetworkView view, CellRecord cell, IReadOnlyCollection<PlannedCore> own, PlannedCore[] lent)
    {
        PlannedCore[] usable = [.. own.Where(c => c.Standing == CoreStanding.Usable)];
        var isHome = IsWell(cell) && usable.Length > 0;

        // Where nobody lends, a Core that is said to carry nothing is better than none.
        PlannedCore[] near = usable.Length > 0 ? usable : [.. own.Where(c => c.Standing == CoreStanding.Out)];
        var share = !isHome ? 0 : view.CellReturns.TryGetValue(cell.Id, out var coming) ? Math.Clamp(coming.Share, 0, Ways.Whole) : Ways.Whole;
        return lent.Length == 0 || share == Ways.Whole ? new(near, [], false, Ways.Whole) : new(near, lent, true, share);
    }
}
