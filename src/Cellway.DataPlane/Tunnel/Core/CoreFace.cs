using Cellway.Model.Cells;
using Cellway.DataPlane.Relay;
using System.Collections.Frozen;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Devices;
using Cellway.Model.Identities;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>Everything a Core was told by management, replaced as a whole.</summary>
public sealed record CoreFace
{
    /// <summary>The cell it belongs to.</summary>
    public required string CellId { get; init; }

    /// <summary>The cell's exit domain, in lower case.</summary>
    public required string ExitDomain { get; init; }

    /// <summary>The web certificate that strangers see: the leaf with its private key first, then the rest of its chain.</summary>
    public required X509Certificate2Collection WebCertificate { get; init; }

    /// <summary>The service names of the Entry hop, past, present and future.</summary>
    public required IReadOnlyList<ServiceName> ServiceNames { get; init; }

    /// <summary>The routes it serves.</summary>
    public required FrozenSet<RouteId> Routes { get; init; }

    /// <summary>What management allows the device behind a route, where that is limited; the Core's own limits hold besides.</summary>
    public FrozenDictionary<RouteId, DeviceLimits> Limits { get; init; } = FrozenDictionary<RouteId, DeviceLimits>.Empty;

    /// <summary>The addresses from which Entries connect; only they see the network certificate. IPv4-mapped forms match too.</summary>
    public required FrozenSet<IPAddress> EntryAddresses { get; init; }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo of every revoked certificate. Sessions of a newly revoked one are cut.</summary>
    public FrozenSet<Hash256> RevokedKeys { get; init; } = FrozenSet<Hash256>.Empty;
}
