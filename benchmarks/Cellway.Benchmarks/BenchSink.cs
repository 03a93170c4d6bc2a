using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Cellway.Benchmarks;

/// <summary>A server on loopback that sends, or takes, as many bytes as it is asked to.</summary>
internal sealed class BenchSink : IDisposable
{
    public const byte Send = 1;
    public const byte Take = 2;
    public const byte Echo = 3;

    /// <summary>It tells the port that asks, and waits for the end.</summary>
    public const byte Port = 4;

    private const long LongTransfer = 1 << 20;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public BenchSink()
    {
        _listener.Start(4096);
        _ = AcceptAsync();
    }

    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    public static byte[] Ask(byte what, long bytes)
    {
        var ask = new byte[9];
        ask[0] = what;
        BinaryPrimitives.WriteInt64BigEndian(ask.AsSpan(1), bytes);
        return ask;
    }

    public void Dispose() => _listener.Dispose();

    private static async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            socket.NoDelay = true;
            var buffer = new byte[64 * 1024];
            await stream.ReadExactlyAsync(buffer.AsMemory(0, 9));
            var left = BinaryPrimitives.ReadInt64BigEndian(buffer.AsSpan(1));
            if (buffer[0] == Send && left > LongTransfer)
            {
                // On a thread of its own: a transfer that is never out of bytes would keep one of the few that answer pings.
                await Task.Factory.StartNew(() => SendAll(socket, left), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                return;
            }

            if (buffer[0] == Send)
            {
                for (; left > 0; left -= Math.Min(left, buffer.Length))
                {
                    await stream.WriteAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)));
                }

                return;
            }

            if (buffer[0] == Port)
            {
                BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)((IPEndPoint)socket.RemoteEndPoint!).Port);
                await stream.WriteAsync(buffer.AsMemory(0, 2));
                await stream.ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false);
                return;
            }

            if (buffer[0] == Echo)
            {
                for (int count; (count = await stream.ReadAsync(buffer)) > 0;)
                {
                    await stream.WriteAsync(buffer.AsMemory(0, count));
                }

                return;
            }

            for (int count; left > 0 && (count = await stream.ReadAsync(buffer)) > 0;)
            {
                left -= count;
            }

            await stream.WriteAsync(buffer.AsMemory(0, 1));
        }
        catch (IOException)
        {
            // The measuring side has gone.
        }
    }

    private static void SendAll(Socket socket, long left)
    {
        socket.Blocking = true;
        var buffer = new byte[64 * 1024];
        for (; left > 0; left -= Math.Min(left, buffer.Length))
        {
            try
            {
                socket.Send(buffer, 0, (int)Math.Min(left, buffer.Length), SocketFlags.None);
            }
            catch (SocketException)
            {
                return; // the measuring side has gone
            }
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }
}
