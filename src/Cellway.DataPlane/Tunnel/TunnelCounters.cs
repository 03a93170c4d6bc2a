namespace Cellway.DataPlane.Tunnel;

/// <summary>Totals of a tunnel server since it started.</summary>
/// <param name="ActiveSessions">Authenticated sessions open now.</param>
/// <param name="TotalSessions">Authenticated sessions ever opened.</param>
/// <param name="BytesUp">Bytes from clients to destinations. At an Entry with the tunnel's framing, at a Core without.</param>
/// <param name="BytesDown">Bytes from destinations to clients, counted alike.</param>
public readonly record struct TunnelCounters(int ActiveSessions, long TotalSessions, long BytesUp, long BytesDown);
