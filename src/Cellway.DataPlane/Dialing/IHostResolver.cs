using System.Net;
using System.Net.Sockets;

namespace Cellway.DataPlane.Dialing;

/// <summary>Finds the addresses of a host name.</summary>
public interface IHostResolver
{
    /// <summary>Asks for the addresses of one family, best first; none when the name has none or does not exist.</summary>
    /// <exception cref="SocketException">The question could not be answered.</exception>
    Task<IPAddress[]> ResolveAsync(string host, AddressFamily family, CancellationToken cancellationToken);
}
