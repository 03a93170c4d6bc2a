using System.Net;
using Cellway.DataPlane.Tunnel;
using Cellway.Model.Contracts;
using Cellway.Model.Devices;

namespace Cellway.EntryNode;

/// <summary>Cores as management names them.</summary>
internal static class CoreRoutes
{
    public static CoreRoute Of(CoreTarget target, RouteId routeId) => new(
        target.CoreId,
        IPAddress.TryParse(target.Address, out var address) ? new IPEndPoint(address, (int)target.Port) : new DnsEndPoint(target.Address, (int)target.Port),
        target.ExitDomain,
        target.CellId,
        new(target.CertificateKeyHash.Span),
        routeId);
}
