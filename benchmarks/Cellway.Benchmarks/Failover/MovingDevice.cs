using System.Buffers.Binary;
using System.Net;
using Cellway.DataPlane.Tunnel.Client;
using Cellway.Testing;

namespace Cellway.Benchmarks.Failover;

/// <summary>A device, and its own count of what it has moved.</summary>
internal sealed class MovingDevice(string id)
{
    private static readonly TimeSpan TransferWithin = TimeSpan.FromSeconds(30);

    private (int Up, int Down) _broken;

    public string Id => id;

    /// <summary>Bytes of completed transfers to the destination.</summary>
    public long Up { get; private set; }

    /// <summary>And from it.</summary>
    public long Down { get; private set; }

    /// <summary>Whether its last transfer broke off.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Moves so many bytes there and then so many back.</summary>
    /// <returns>Whether the last byte and the end have come.</returns>
    public async Task<bool> TransferAsync(TunnelClient client, IPEndPoint origin, int up, int down)
    {
        var request = new byte[TransferOrigin.HeadLength + up];
        BinaryPrimitives.WriteInt32BigEndian(request, up);
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(4), down);
        try
        {
            using var limit = new CancellationTokenSource(TransferWithin);
            await using var stream = await client.OpenAsync(origin, limit.Token);
            await stream.WriteAsync(request, limit.Token);
            var received = 0;
            var buffer = new byte[64 * 1024];
            for (int count; (count = await stream.ReadAsync(buffer, limit.Token)) > 0;)
            {
                received += count;
            }

            if (received == down)
            {
                Up += request.Length;
                Down += down;
                return true;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It broke off.
        }

        (IsBroken, _broken) = (true, (request.Length, down));
        return false;
    }

    /// <summary>How many bytes of what the books say cannot have been moved, or are missing.</summary>
    public long OutsideOf(long up, long down) => Outside(up, Up, _broken.Up) + Outside(down, Down, _broken.Down);

    private static long Outside(long said, long least, long more) => said < least ? least - said : Math.Max(0, said - least - more);
}
