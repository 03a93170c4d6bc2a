using Cellway.Model.Devices;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>Payload bytes of one route since the server started; monotonic, so that a repeated report counts once.</summary>
/// <param name="Route">The route.</param>
/// <param name="BytesUp">Bytes towards destinations.</param>
/// <param name="BytesDown">Bytes from destinations.</param>
public readonly record struct RouteTraffic(RouteId Route, long BytesUp, long BytesDown);
