using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Contracts;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Routing;

/// <summary>How an Entry reaches a Core.</summary>
internal static class CoreTargets
{
    /// <summary>The target, without a route id; <see langword="null"/> when the Core is not attached or its cell has no name for the hop now.</summary>
    public static CoreTarget? Of(NetworkView view, PlannedCore core, DateTimeOffset now) =>
        view.Sessions.TryGetValue(core.Id, out var session) ? Of(view, core, session, now) : null;

    private static CoreTarget? Of(NetworkView view, PlannedCore core, NodeSessionRecord session, DateTimeOffset now) =>
        view.Cells.TryGetValue(core.Cell, out var cell) && NameOf(cell, now) is { } name
            ? new()
            {
                CoreId = core.Id,
                Address = session.Address,
                Port = (uint)session.Port,
                ExitDomain = cell.ExitDomain,
                ServiceName = name,
                CertificateKeyHash = core.KeyHashBytes,
            }
            : null;

    private static string? NameOf(CellRecord cell, DateTimeOffset now)
    {
        for (var i = cell.ExitServiceNames.Count - 1; i >= 0; i--)
        {
            if (cell.ExitServiceNames[i].IsAccepted(now))
            {
                return cell.ExitServiceNames[i].Name;
            }
        }

        return null;
    }
}
