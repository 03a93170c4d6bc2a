using Cellway.DataPlane.Tunnel;

namespace Cellway.DataPlane.Relay;

/// <summary>Opens streams to Cores, over whatever HTTP/2 there is.</summary>
internal interface ICoreTransport
{
    /// <summary>Opens a stream; the Core has not answered yet.</summary>
    /// <exception cref="IOException">There is no connection to that Core, or it is not the one that the route names.</exception>
    Task<ICoreCall> OpenAsync(CoreRoute route, CancellationToken cancellationToken);
}
