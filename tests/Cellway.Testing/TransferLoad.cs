using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Cellway.Testing;

/// <summary>Moves bytes through a SOCKS proxy and keeps its own count of them: what accounting is compared with.</summary>
/// <remarks>
/// A transfer is complete when its last byte and its end have come; its bytes are then known exactly. Of one that broke off it is known
/// how many could have been moved at most.
/// </remarks>
public sealed class TransferLoad(IPEndPoint proxy, IPEndPoint origin)
{
    private static readonly TimeSpan TransferWithin = TimeSpan.FromSeconds(60);

    private long _up;
    private long _down;
    private long _brokenUp;
    private long _brokenDown;
    private int _completed;
    private int _broken;

    /// <summary>Bytes of completed transfers, to the destination and from it.</summary>
    public (long Up, long Down) Completed => (Interlocked.Read(ref _up), Interlocked.Read(ref _down));

    /// <summary>The most bytes that transfers which broke off can have moved.</summary>
    public (long Up, long Down) Broken => (Interlocked.Read(ref _brokenUp), Interlocked.Read(ref _brokenDown));

    /// <summary>How many transfers were completed, and how many broke off.</summary>
    public (int Completed, int Broken) Transfers => (_completed, _broken);

    /// <summary>Moves so many bytes there and then so many back.</summary>
    /// <returns>Whether it was completed.</returns>
    public async Task<bool> TransferAsync(int up, int down)
    {
        using var limit = new CancellationTokenSource(TransferWithin);
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(proxy, limit.Token);
            await using var stream = new NetworkStream(socket);
            await ConnectThroughAsync(stream, limit.Token);
            var head = new byte[TransferOrigin.HeadLength];
            BinaryPrimitives.WriteInt32BigEndian(head, up);
            BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), down);
            await stream.WriteAsync(head, limit.Token);
            var buffer = new byte[64 * 1024];
            for (int left = up, count; left > 0; left -= count)
            {
                count = Math.Min(left, buffer.Length);
                await stream.WriteAsync(buffer.AsMemory(0, count), limit.Token);
            }

            var received = 0;
            for (int count; (count = await stream.ReadAsync(buffer, limit.Token)) > 0;)
            {
                received += count;
            }

            if (received == down)
            {
                Interlocked.Add(ref _up, up + TransferOrigin.HeadLength);
                Interlocked.Add(ref _down, down);
                Interlocked.Increment(ref _completed);
                return true;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // It broke off.
        }

        Interlocked.Add(ref _brokenUp, up + TransferOrigin.HeadLength);
        Interlocked.Add(ref _brokenDown, down);
        Interlocked.Increment(ref _broken);
        return false;
    }

    private async Task ConnectThroughAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(new byte[] { 5, 1, 0 }, cancellationToken);
        var answer = new byte[10];
        await stream.ReadExactlyAsync(answer.AsMemory(0, 2), cancellationToken);
        byte[] request = [5, 1, 0, 1, .. origin.Address.GetAddressBytes(), (byte)(origin.Port >> 8), (byte)origin.Port];
        await stream.WriteAsync(request, cancellationToken);
        await stream.ReadExactlyAsync(answer, cancellationToken);
        if (answer[1] != 0)
        {
            throw new IOException($"The proxy refused: {answer[1]}.");
        }
    }
}
