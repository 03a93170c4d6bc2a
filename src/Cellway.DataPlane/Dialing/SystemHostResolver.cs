using System.Net;
using System.Net.Sockets;

namespace Cellway.DataPlane.Dialing;

/// <summary>The operating system's resolver.</summary>
public sealed class SystemHostResolver : IHostResolver
{
    private SystemHostResolver()
    {
    }

    /// <summary>The one instance.</summary>
    public static SystemHostResolver Instance { get; } = new();

    /// <inheritdoc/>
    public async Task<IPAddress[]> ResolveAsync(string host, AddressFamily family, CancellationToken cancellationToken)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, family, cancellationToken);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.NoData or SocketError.HostNotFound)
        {
            return []; // an answer: this family has no address
        }
    }
}
