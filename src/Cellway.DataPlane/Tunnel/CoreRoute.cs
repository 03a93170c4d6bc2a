using System.Net;
using Cellway.Model.Devices;
using Cellway.Model.Identities;

namespace Cellway.DataPlane.Tunnel;

/// <summary>How an Entry reaches one Core on behalf of one device.</summary>
/// <param name="CoreId">The Core's id, as in its identity.</param>
/// <param name="EndPoint">Where it listens: an <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
/// <param name="ExitDomain">What the Entry sends as SNI.</param>
/// <param name="CellId">The Core's cell: its exit names are what the Core accepts.</param>
/// <param name="CertificateKeyHash">SHA-256 of the SubjectPublicKeyInfo of the Core's network certificate; no other key is accepted.</param>
/// <param name="RouteId">What replaces the device's id in the VLESS header.</param>
public sealed record CoreRoute(
    string CoreId, EndPoint EndPoint, string ExitDomain, string CellId, Hash256 CertificateKeyHash, RouteId RouteId);
