using Cellway.DataPlane.Http2;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Makes connections to Cores.</summary>
internal interface ICoreConnector
{
    /// <summary>Opens a connection and shakes hands on it.</summary>
    /// <param name="key">The Core.</param>
    /// <param name="shaking">Called when the TLS handshake, which observers count, is about to begin.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CoreUnreachableException">The Core cannot be reached, or is another one.</exception>
    Task<Http2Transport> ConnectAsync(CoreKey key, Action shaking, CancellationToken cancellationToken);

    /// <summary>Finds out whether anybody listens there, without a handshake.</summary>
    /// <exception cref="CoreUnreachableException">Nobody does.</exception>
    Task TouchAsync(CoreKey key, CancellationToken cancellationToken);
}
