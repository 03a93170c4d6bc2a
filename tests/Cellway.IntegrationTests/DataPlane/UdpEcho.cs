using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Cellway.IntegrationTests.DataPlane;

/// <summary>A UDP server that answers every datagram; by default with the datagram.</summary>
internal sealed class UdpEcho : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public UdpEcho(Func<byte[], byte[]>? answer = null, IPAddress? address = null)
    {
        _socket.Bind(new IPEndPoint(address ?? IPAddress.Loopback, 0));
        _serving = ServeAsync(answer ?? (static d => d));
    }

    public IPEndPoint Endpoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Who sent, in order.</summary>
    public ConcurrentQueue<IPEndPoint> Senders { get; } = [];

    public ValueTask<int> SendAsync(byte[] datagram, IPEndPoint to, CancellationToken token) => _socket.SendToAsync(datagram, to, token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync(Func<byte[], byte[]> answer)
    {
        var buffer = new byte[65536];
        try
        {
            while (true)
            {
                var read = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                Senders.Enqueue((IPEndPoint)read.RemoteEndPoint);
                await _socket.SendToAsync(answer(buffer[..read.ReceivedBytes]), read.RemoteEndPoint, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // the test is over
        }
    }
}
