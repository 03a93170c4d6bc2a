using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Routing;

/// <summary>How an Entry reaches a Core. Not by which service name: that changes while a route is kept, and Entries hold every cell's names.</summary>
internal static class CoreTargets
{
    /// <summary>The target, without a route id; <see langword="null"/> when the Core is not attached.</summary>
    public static CoreTarget? Of(NetworkView view, PlannedCore core) =>
        view.Sessions.TryGetValue(core.Id, out var session) ? Of(view, core, session) : null;

    private static CoreTarget? Of(NetworkView view, PlannedCore core, NodeSessionRecord session) =>
        view.Cells.TryGetValue(core.Cell, out var cell)
            ? new()
            {
                CoreId = core.Id,
                Address = session.Address,
                Port = (uint)session.Port,
                ExitDomain = cell.ExitDomain,
                CellId = cell.Id,
                CertificateKeyHash = core.KeyHashBytes,
            }
            : null;
}
