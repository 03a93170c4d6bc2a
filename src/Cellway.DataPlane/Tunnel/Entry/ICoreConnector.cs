using System.Net.Sockets;
using Cellway.DataPlane.Http2;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Makes connections to Cores, in two steps: only the second one is a handshake that an observer counts.</summary>
internal interface ICoreConnector
{
    /// <summary>Opens the TCP connection.</summary>
    /// <exception cref="CoreUnreachableException">The Core cannot be reached.</exception>
    Task<Socket> ConnectAsync(CoreKey key, CancellationToken cancellationToken);

    /// <summary>Shakes hands on it. The socket is owned from here on.</summary>
    /// <exception cref="CoreUnreachableException">The handshake failed.</exception>
    Task<Http2Transport> SecureAsync(CoreKey key, Socket socket, CancellationToken cancellationToken);
}
