using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using Cellway.Manager.Api;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Google.Protobuf;

namespace Cellway.Manager.PhoneHome;

/// <summary>What a node is to hold at one view: the projection that phone-home keeps in step. Pure, but for opening sealed keys.</summary>
internal sealed class NodeConfigurations(RouteTables routes, WebCertificates certificates, ManagementAddresses addresses)
{
    public Dictionary<string, Resource> Of(NetworkView view, NodeRecord node)
    {
        var resources = new Dictionary<string, Resource>(StringComparer.Ordinal);
        Add(resources, "trust", r => r.Trust = TrustOf(view));
        if (node.Role == Role.Entry)
        {
            foreach (var cell in view.Cells.Values.Where(c => Serves(node, c)))
            {
                Add(resources, "entry/cells/" + cell.Id, r => r.EntryCell = EntryCellOf(cell));
            }
        }
        else if (node.Cell is not null && view.Cells.TryGetValue(node.Cell, out var cell))
        {
            Add(resources, "core/cell", r => r.CoreCell = CoreCellOf(cell));
            Add(resources, "core/entries", r => r.EntryAddresses = EntryAddressesOf(view));
            foreach (var shard in routes.For(view).RoutesOf(node.Id).Select(id => id.ToArray()).GroupBy(id => id[0]))
            {
                Add(resources, $"core/routes/{shard.Key:x2}", r => r.Routes = RoutesOf(shard));
            }
        }

        return resources;
    }

    private static bool Serves(NodeRecord entry, CellRecord cell) =>
        (entry.Cell is null || entry.Cell == cell.Id) && cell.State is CellState.Forming or CellState.Active;

    private static void Add(Dictionary<string, Resource> to, string name, Action<Resource> fill)
    {
        var resource = new Resource { Name = name };
        fill(resource);
        resource.Version = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(resource.ToByteArray()));
        to.Add(name, resource);
    }

    private static RouteShard RoutesOf(IEnumerable<byte[]> ids)
    {
        var shard = new RouteShard();
        foreach (var id in ids.OrderBy(id => new UInt128(BinaryPrimitives.ReadUInt64BigEndian(id), BinaryPrimitives.ReadUInt64BigEndian(id.AsSpan(8)))))
        {
            shard.Routes.Add(new Route { RouteId = ByteString.CopyFrom(id) });
        }

        return shard;
    }

    private static EntryAddresses EntryAddressesOf(NetworkView view)
    {
        var known = view.Sessions.Values
            .Where(s => view.Nodes.TryGetValue(s.Node, out var node) && node.Role == Role.Entry && node.State != NodeState.Revoked)
            .Select(s => s.ObservedAddress)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        var message = new EntryAddresses();
        message.Addresses.AddRange(known.Select(a => ByteString.CopyFrom(IPAddress.Parse(a).GetAddressBytes())));
        return message;
    }

    private static IEnumerable<Model.Contracts.ServiceName> NamesOf(IEnumerable<Model.Cells.ServiceName> names) => names.Select(n => new Model.Contracts.ServiceName
    {
        Name = n.Name,
        NotBefore = n.NotBefore.ToUnixTimeSeconds(),
        NotAfter = n.NotAfter?.ToUnixTimeSeconds() ?? 0,
    });

    private EntryCell EntryCellOf(CellRecord cell)
    {
        var message = new EntryCell
        {
            CellId = cell.Id,
            EntryDomain = cell.EntryDomain,
            Certificate = certificates.Open(cell, cell.EntryCertificate),
            SubscriptionPath = cell.SubscriptionPath,
        };
        message.ServiceNames.AddRange(NamesOf(cell.EntryServiceNames));
        return message;
    }

    private CoreCell CoreCellOf(CellRecord cell)
    {
        var message = new CoreCell
        {
            CellId = cell.Id,
            ExitDomain = cell.ExitDomain,
            Certificate = certificates.Open(cell, cell.ExitCertificate),
        };
        message.ServiceNames.AddRange(NamesOf(cell.ExitServiceNames));
        return message;
    }

    private Trust TrustOf(NetworkView view)
    {
        var message = new Trust();
        message.Roots.AddRange(view.Authorities.Values.OrderBy(a => a.Generation).Select(a => ByteString.CopyFrom(a.Certificate)));
        message.RevokedKeyHashes.AddRange(view.RevokedKeys.Values.Distinct().Order(StringComparer.Ordinal).Select(h => ByteString.CopyFrom(Convert.FromHexString(h))));
        message.Management.AddRange(addresses.ForNodes);
        return message;
    }
}
