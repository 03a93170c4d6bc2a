using System.Buffers;
using System.Net.Sockets;

namespace Cellway.Cli.Client.Proxy;

/// <summary>How a connection of a program on this machine is written and ended.</summary>
internal static class ClientSocket
{
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);

    /// <summary>Sends all of it.</summary>
    public static async ValueTask SendAllAsync(this Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, cancellationToken)..];
        }
    }

    /// <summary>Ends the connection so that what was sent arrives: closing with bytes unread would be a reset, which overtakes them.</summary>
    public static async ValueTask EndAsync(this Socket socket, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(s_farewell, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var block = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            while (await socket.ReceiveAsync(block, stop.Token) > 0)
            {
                // not wanted any more
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // It is being closed anyway.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>Ends the connection by a reset: a clean end would make a truncated download look whole.</summary>
    public static void Reset(this Socket socket)
    {
        try
        {
            socket.LingerState = new(enable: true, seconds: 0);
        }
        catch (SocketException)
        {
            // The other side was faster.
        }

        socket.Dispose();
    }
}
