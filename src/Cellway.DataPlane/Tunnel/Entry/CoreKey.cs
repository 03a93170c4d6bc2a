using System.Net;
using Cellway.Model.Identities;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>What makes two routes share a connection.</summary>
internal readonly record struct CoreKey(string CoreId, EndPoint EndPoint, string ExitDomain, Hash256 CertificateKeyHash)
{
    public static CoreKey Of(CoreRoute route) => new(route.CoreId, route.EndPoint, route.ExitDomain, route.CertificateKeyHash);
}
