using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Cellway.Benchmarks;

/// <summary>Lets bytes through unchanged and late, so that windows and not the wire decide the speed.</summary>
internal sealed class DelayProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    /// <summary>Begins to forward to <paramref name="target"/>, each direction late by half the round trip.</summary>
    public DelayProxy(EndPoint target, TimeSpan roundTrip)
    {
        _listener.Start();
        _ = AcceptAsync(target, roundTrip / 2);
    }

    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync(EndPoint target, TimeSpan delay)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                await server.ConnectAsync(target);
                _ = ForwardAsync(client, server, delay);
                _ = ForwardAsync(server, client, delay);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private static async Task ForwardAsync(Socket from, Socket to, TimeSpan delay)
    {
        var queue = Channel.CreateUnbounded<(long Due, byte[] Bytes)>();
        var sending = SendAsync(queue.Reader, to);
        try
        {
            var buffer = new byte[256 * 1024];
            for (int count; (count = await from.ReceiveAsync(buffer)) > 0;)
            {
                queue.Writer.TryWrite((Environment.TickCount64 + (long)delay.TotalMilliseconds, buffer[..count]));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut; what came before still arrives.
        }

        queue.Writer.TryComplete();
        await sending;
    }

    private static async Task SendAsync(ChannelReader<(long Due, byte[] Bytes)> queue, Socket to)
    {
        try
        {
            await foreach (var (due, bytes) in queue.ReadAllAsync())
            {
                if (due - Environment.TickCount64 is > 0 and var wait)
                {
                    await Task.Delay((int)wait);
                }

                await to.SendAsync(bytes);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            to.Dispose();
        }
    }
}
