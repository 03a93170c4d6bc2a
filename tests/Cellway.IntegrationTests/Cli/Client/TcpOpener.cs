using System.Net;
using System.Net.Sockets;
using Cellway.Cli.Client.Tunneling;
using Cellway.DataPlane.Tunnel.Client;

namespace Cellway.IntegrationTests.Cli.Client;

/// <summary>A way in that dials the destination itself, on this machine only.</summary>
internal sealed class TcpOpener : ITunnelOpener
{
    public Exception? OpenFault { get; set; }

    /// <summary>What reading throws instead of giving bytes, as an Entry's refusal does.</summary>
    public Exception? ReadFault { get; set; }

    public List<EndPoint> Destinations { get; } = [];

    public async ValueTask<TunnelStream> OpenAsync(EndPoint destination, CancellationToken cancellationToken)
    {
        if (OpenFault is not null)
        {
            throw OpenFault;
        }

        lock (Destinations)
        {
            Destinations.Add(destination);
        }

        var port = destination is DnsEndPoint name ? name.Port : ((IPEndPoint)destination).Port;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        return new TcpTunnelStream(socket, ReadFault);
    }

    public void Dispose()
    {
    }
}
