using Cellway.DataPlane.Tunnel.Entry;
using Cellway.Model.Contracts;
using Cellway.Node.Certificates;
using Cellway.Node.PhoneHome;

namespace Cellway.EntryNode;

/// <summary>What management sends, as the gateway wants it.</summary>
internal static class EntryFaces
{
    public static EntryFace Of(IEnumerable<Resource> resources) => new(
    [
        .. resources
            .Where(r => r.BodyCase == Resource.BodyOneofCase.EntryCell)
            .Select(r => r.EntryCell)
            .OrderBy(c => c.CellId, StringComparer.Ordinal)
            .Select(Of),
    ]);

    private static DataPlane.Tunnel.Entry.EntryCell Of(Model.Contracts.EntryCell cell) => new()
    {
        CellId = cell.CellId,
        EntryDomain = cell.EntryDomain,
        WebCertificate = WebCertificates.Open(cell.Certificate),
        ServiceNames = [.. cell.ServiceNames.Select(n => n.ToModel())],
        SubscriptionPath = cell.SubscriptionPath,
    };
}
