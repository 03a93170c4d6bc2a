using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Cellway.DataPlane.Tunnel.Client;

/// <summary>What a client needs to know of an Entry: the contents of a subscription link.</summary>
public sealed record TunnelClientOptions
{
    /// <summary>The Entry: an <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</summary>
    public required EndPoint Server { get; init; }

    /// <summary>The name sent as SNI, and the one the certificate must be for.</summary>
    public required string ServerName { get; init; }

    /// <summary>The gRPC service name.</summary>
    public required string ServiceName { get; init; }

    /// <summary>The VLESS id, 16 bytes in the order of the UUID's text. Secret.</summary>
    public required ReadOnlyMemory<byte> Id { get; init; }

    /// <summary>Roots trusted besides the system's, for private networks.</summary>
    public X509Certificate2Collection ExtraRoots { get; init; } = [];

    /// <summary>How long connecting may take. Default 15 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Never the id: this type must not reach a log by accident.</summary>
    public override string ToString() => "TunnelClientOptions(…)";
}
