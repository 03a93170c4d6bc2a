using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Cellway.Http2Bench;

/// <summary>Adds half a round trip in each direction, without limiting the rate.</summary>
internal static class DelayProxy
{
    public static async Task<int> RunAsync(string readyFile, int target, int milliseconds)
    {
        var listener = Bench.Listen(readyFile);
        while (true)
        {
            var client = await listener.AcceptAsync();
            var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            client.NoDelay = true;
            await server.ConnectAsync(IPAddress.Loopback, target);
            Pump(client, server, milliseconds / 2);
            Pump(server, client, milliseconds / 2);
        }
    }

    private static void Pump(Socket from, Socket to, int delay)
    {
        var queue = Channel.CreateUnbounded<(long Due, byte[] Bytes)>();
        _ = Task.Run(async () =>
        {
            var buffer = new byte[256 * 1024];
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0)
            {
                queue.Writer.TryWrite((Environment.TickCount64 + delay, buffer[..count]));
            }

            queue.Writer.Complete();
        });
        _ = Task.Run(async () =>
        {
            await foreach (var (due, bytes) in queue.Reader.ReadAllAsync())
            {
                var wait = due - Environment.TickCount64;
                if (wait > 0)
                {
                    await Task.Delay((int)wait);
                }

                await to.SendAsync(bytes);
            }

            to.Shutdown(SocketShutdown.Send);
        });
    }
}
