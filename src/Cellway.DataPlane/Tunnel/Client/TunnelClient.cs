using System.Net;

namespace Cellway.DataPlane.Tunnel.Client;

/// <summary>Opens connections to destinations through an Entry. Thread-safe; one HTTP/2 connection carries them all.</summary>
public sealed class TunnelClient(TunnelClientOptions options) : IDisposable
{
    private readonly TunnelClientOptions _options = options;

    /// <summary>Opens a connection to a host name or address.</summary>
    /// <remarks>
    /// Returns as soon as the Entry can be written to: a refused destination shows as an end of the stream, a refused
    /// credential as a <see cref="TunnelRefusedException"/> of the first read.
    /// </remarks>
    /// <param name="destination">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <exception cref="IOException">The Entry cannot be reached, or its certificate is not trusted.</exception>
    public ValueTask<TunnelStream> OpenAsync(EndPoint destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        throw new IOException(_options.ToString());
    }

    /// <summary>Cuts every connection.</summary>
    public void Dispose()
    {
    }
}
