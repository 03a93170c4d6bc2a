using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cellway.EndToEndTests;

/// <summary>The smallest web server that there is: it says hello.</summary>
internal sealed class WebOrigin : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    public WebOrigin()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>By address.</summary>
    public string Address => $"http://{_listener.LocalEndpoint}/";

    /// <summary>By a name that only the Core resolves: apps reach addresses of this machine without the network.</summary>
    public string Name => $"http://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[4096]);
                await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // Stopped.
        }
    }
}
