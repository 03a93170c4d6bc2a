namespace Cellway.Model.Cells;

/// <summary>One way of speaking to an Entry.</summary>
public sealed record Transport
{
    /// <summary>Which.</summary>
    public required TransportKind Kind { get; init; }

    /// <summary>What clients offer in the TLS handshake.</summary>
    public required IReadOnlyList<string> Alpn { get; init; }

    /// <summary>The most bytes a client may send with the request itself; 0: none. WebSocket only.</summary>
    public int EarlyData { get; init; }

    /// <summary>A gRPC call.</summary>
    public static Transport Grpc { get; } = new() { Kind = TransportKind.Grpc, Alpn = ["h2"] };

    /// <summary>A WebSocket; 2048 bytes hold a TLS hello behind the VLESS header, and pass every server's limit of a header line.</summary>
    public static Transport WebSocket { get; } = new() { Kind = TransportKind.WebSocket, Alpn = ["http/1.1"], EarlyData = 2048 };
}
