namespace Cellway.Model.Cells;

/// <summary>What carries VLESS between a client and an Entry. The names are stored; never rename them.</summary>
public enum TransportKind
{
    /// <summary>A gRPC call over HTTP/2 (wire.md 2).</summary>
    Grpc = 1,

    /// <summary>A WebSocket over HTTP/1.1, with early data (wire.md 4.4).</summary>
    WebSocket = 2,
}
