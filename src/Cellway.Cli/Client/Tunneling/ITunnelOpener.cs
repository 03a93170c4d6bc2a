using System.Net;
using Cellway.DataPlane.Tunnel.Client;

namespace Cellway.Cli.Client.Tunneling;

/// <summary>Opens connections through one way in. Disposing it cuts them.</summary>
internal interface ITunnelOpener : IDisposable
{
    /// <summary>Opens one; see <see cref="TunnelClient.OpenAsync"/> for what shows only later.</summary>
    /// <exception cref="IOException">The Entry cannot be reached, or its certificate is not trusted.</exception>
    ValueTask<TunnelStream> OpenAsync(EndPoint destination, CancellationToken cancellationToken);
}
