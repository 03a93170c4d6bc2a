using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Cellway.Testing;

/// <summary>A destination that takes as many bytes as it is told and sends as many as it is told: the other end of <c>TransferLoad</c>.</summary>
public sealed class TransferOrigin : IAsyncDisposable
{
    /// <summary>Bytes of the head that says how many.</summary>
    public const int HeadLength = 8;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    /// <summary>Listens on loopback.</summary>
    public TransferOrigin()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Stops it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using (socket)
            {
                await using var stream = new NetworkStream(socket);
                var head = new byte[HeadLength];
                await stream.ReadExactlyAsync(head, _stop.Token);
                var (up, down) = (BinaryPrimitives.ReadInt32BigEndian(head), BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4)));
                var buffer = new byte[64 * 1024];
                for (int left = up, count; left > 0; left -= count)
                {
                    count = await stream.ReadAsync(buffer.AsMemory(0, Math.Min(left, buffer.Length)), _stop.Token);
                    if (count == 0)
                    {
                        return;
                    }
                }

                for (int left = down, count; left > 0; left -= count)
                {
                    count = Math.Min(left, buffer.Length);
                    await stream.WriteAsync(buffer.AsMemory(0, count), _stop.Token);
                }

                socket.Shutdown(SocketShutdown.Send);
                await stream.CopyToAsync(Stream.Null, _stop.Token); // until the client's end
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The client is gone.
        }
    }
}
