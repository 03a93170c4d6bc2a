using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using Cellway.DataPlane.Mux;
using Cellway.DataPlane.Tunnel.Client;
using Cellway.DataPlane.Vless;
using Cellway.Testing;

namespace Cellway.IntegrationTests.DataPlane;

/// <summary>A client's stream whose VLESS header the test chooses.</summary>
internal sealed class RawTunnel : IAsyncDisposable
{
    private readonly TunnelClient _client;
    private readonly GrpcTunnelStream _stream;
    private byte[] _unread = [];

    private RawTunnel(TunnelClient client, GrpcTunnelStream stream) => (_client, _stream) = (client, stream);

    public static Task<RawTunnel> MuxAsync(TestPath path, CancellationToken token) => OpenAsync(path, VlessCommand.Mux, null, token);

    public static Task<RawTunnel> UdpAsync(TestPath path, EndPoint target, CancellationToken token) => OpenAsync(path, VlessCommand.Udp, target, token);

    public static async Task<RawTunnel> OpenAsync(TestPath path, VlessCommand command, EndPoint? target, CancellationToken token)
    {
        var client = path.Client();
        var stream = await client.OpenRawAsync(token);
        await stream.WriteAsync((byte[])[0, .. path.Id, 0, (byte)command, .. target is null ? [] : MuxFrames.Address(target)], token);
        return new(client, stream);
    }

    public ValueTask SendAsync(byte[] bytes, CancellationToken token) => _stream.WriteAsync(bytes, token);

    public ValueTask SendPacketAsync(byte[] datagram, CancellationToken token)
    {
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)datagram.Length);
        return _stream.WriteAsync((byte[])[.. length, .. datagram], token);
    }

    public ValueTask CompleteAsync(CancellationToken token) => _stream.CompleteWritesAsync(token);

    /// <summary>The next datagram of command 2; <see langword="null"/> at a clean end.</summary>
    public async Task<byte[]?> ReadPacketAsync(CancellationToken token)
    {
        while (true)
        {
            if (UdpPacket.Read(new(_unread), out var datagram, out var consumed) == OperationStatus.Done)
            {
                var bytes = datagram.ToArray();
                _unread = _unread[consumed.GetInteger()..];
                return bytes;
            }

            if (!await FillAsync(token))
            {
                return null;
            }
        }
    }

    /// <summary>The next frame of the server; <see langword="null"/> at a clean end.</summary>
    public async Task<(MuxFrame Head, byte[] Data)?> ReadFrameAsync(CancellationToken token)
    {
        while (true)
        {
            var status = MuxFrame.Read(new(_unread), out var frame, out var consumed, out var fault);
            Assert.True(status != OperationStatus.InvalidData, fault.ToString());
            if (status == OperationStatus.Done && _unread.Length >= consumed.GetInteger() + frame.DataLength)
            {
                var start = consumed.GetInteger();
                var data = _unread[start..(start + frame.DataLength)];
                _unread = _unread[(start + frame.DataLength)..];
                AssertSafe(frame);
                return (frame, data);
            }

            if (!await FillAsync(token))
            {
                return null;
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _stream.Dispose();
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What every client understands (wire.md 3.6).</summary>
    private static void AssertSafe(MuxFrame frame)
    {
        Assert.True(frame.Status is MuxStatus.Keep or MuxStatus.End, frame.Status.ToString());
        Assert.Equal(frame.Status == MuxStatus.Keep ? MuxOptions.Data : MuxOptions.None, frame.Options);
        Assert.True(frame.Status == MuxStatus.End || frame.DataLength > 0);
        Assert.True(frame.Network != MuxNetwork.Udp || frame.DataLength <= MuxFrameWriter.MaxPacket);
    }

    private async Task<bool> FillAsync(CancellationToken token)
    {
        var buffer = new byte[32 * 1024];
        var count = await _stream.ReadAsync(buffer, token);
        _unread = [.. _unread, .. buffer[..count]];
        return count > 0;
    }
}
