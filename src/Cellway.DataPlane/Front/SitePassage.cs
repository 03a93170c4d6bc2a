using System.Buffers;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Cellway.DataPlane.Front;

/// <summary>Passes connections, byte for byte and with their ends, to a web server that speaks TLS itself.</summary>
/// <remarks>A FIN stays a FIN and a reset a reset. Nothing is held while both sides are silent; timers are the web server's.</remarks>
internal sealed class SitePassage(ILogger logger)
{
    private const int BufferSize = 32 * 1024;

    private int _isDown;

    /// <summary>Runs until both directions are over. The client's socket is not disposed here.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="connection">Its ends, which the web server is told in a PROXY header.</param>
    /// <param name="server">The web server.</param>
    /// <param name="limit">Gives up connecting.</param>
    public async Task RunAsync(Socket client, FrontConnection connection, System.Net.IPEndPoint server, CancellationToken limit)
    {
        using var site = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await site.ConnectAsync(server, limit);
            await site.SendAsync(ProxyHeader.Of(connection.Remote, connection.Local), SocketFlags.None, limit);
        }
        catch (SocketException e)
        {
            if (Interlocked.Exchange(ref _isDown, 1) == 0)
            {
                FrontLog.SiteDown(logger, e.SocketErrorCode);
            }

            Reset(client);
            return;
        }

        if (Interlocked.Exchange(ref _isDown, 0) == 1)
        {
            FrontLog.SiteUp(logger);
        }

        await Task.WhenAll(PumpAsync(client, site), PumpAsync(site, client));
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        try
        {
            while (true)
            {
                await from.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
                var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                try
                {
                    var count = await from.ReceiveAsync(buffer.AsMemory(), SocketFlags.None);
                    if (count == 0)
                    {
                        to.Shutdown(SocketShutdown.Send);
                        return;
                    }

                    for (var sent = 0; sent < count;)
                    {
                        sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), SocketFlags.None);
                    }
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Reset(from);
            Reset(to);
        }
    }

    /// <summary>Ends a connection the hard way, as its other half ended.</summary>
    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is over already.
        }

        socket.Dispose();
    }
}
