using System.Collections.Frozen;
using Cellway.DataPlane.Tunnel.Entry;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Node.Certificates;
using Cellway.Node.PhoneHome;

namespace Cellway.EntryNode;

/// <summary>What management sends, as the gateway wants it.</summary>
internal static class EntryFaces
{
    /// <param name="resources">All of it.</param>
    /// <param name="revoked">Whom this node refuses: what was signed, and what it has heard besides.</param>
    public static EntryFace Of(IEnumerable<Resource> resources, IEnumerable<Hash256> revoked)
    {
        var all = resources.ToList();
        var names = NamesOfHops.In(all, r => r.EntryNames);
        return new(
        [
            .. all
                .Where(r => r.BodyCase == Resource.BodyOneofCase.EntryCell)
                .Select(r => r.EntryCell)
                .OrderBy(c => c.CellId, StringComparer.Ordinal)
                .Select(c => Of(c, names.GetValueOrDefault(c.CellId) ?? [])),
        ])
        {
            CoreNames = NamesOfHops.In(all, r => r.ExitNames),
            RevokedKeys = revoked.ToFrozenSet(),
        };
    }

    private static DataPlane.Tunnel.Entry.EntryCell Of(Model.Contracts.EntryCell cell, IReadOnlyList<Model.Cells.ServiceName> names) => new()
    {
        CellId = cell.CellId,
        EntryDomain = cell.EntryDomain,
        WebCertificate = WebCertificates.Open(cell.Certificate),
        ServiceNames = names,
        SubscriptionPath = cell.SubscriptionPath,
    };
}
