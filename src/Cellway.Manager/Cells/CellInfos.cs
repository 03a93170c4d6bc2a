using Cellway.Manager.Api;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Cells;

/// <summary>Cells as people see them.</summary>
internal static class CellInfos
{
    public static IReadOnlyList<CellInfo> Of(NetworkView view) => [.. view.Cells.Values.OrderBy(c => c.Id, StringComparer.Ordinal).Select(c => Of(view, c))];

    public static CellInfo Of(NetworkView view, CellRecord cell)
    {
        var cores = view.Nodes.Values.Where(n => n.Role == Role.Core && n.Cell == cell.Id && n.State != NodeState.Revoked).ToList();
        return new(
            cell.Id,
            cell.State.ToString().ToLowerInvariant(),
            cell.EntryDomain,
            cell.ExitDomain,
            [.. cell.WaysIn().Select(w => w.ToString())],
            cell.EntryCertificate.NotAfter,
            cell.ExitCertificate.NotAfter,
            cell.EntryCertificate.PrivateRoot,
            cores.Count,
            cores.Count(c => c.State == NodeState.Active && view.Sessions.TryGetValue(c.Id, out var session) && session.Ready),
            view.Accounts.DevicesIn(cell.Id),
            cell.ExitBlockedSince,
            cell.EntryBlockedSince);
    }
}
