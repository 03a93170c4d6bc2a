using System.Security.Cryptography.X509Certificates;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>One cell as an Entry shows it to clients.</summary>
public sealed record EntryCell
{
    /// <summary>The cell's id.</summary>
    public required string CellId { get; init; }

    /// <summary>The domain that clients connect to, in lower case.</summary>
    public required string EntryDomain { get; init; }

    /// <summary>The web certificate: the leaf with its private key first, then the rest of its chain.</summary>
    public required X509Certificate2Collection WebCertificate { get; init; }

    /// <summary>The service names of the client hop, past, present and future.</summary>
    public required IReadOnlyList<ServiceName> ServiceNames { get; init; }

    /// <summary>The first path segment of subscription URLs; <see langword="null"/> when this Entry relays none.</summary>
    public string? SubscriptionPath { get; init; }
}
