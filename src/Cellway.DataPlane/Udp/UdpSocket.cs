using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Cellway.DataPlane.Vless;

namespace Cellway.DataPlane.Udp;

/// <summary>One UDP port for both families; sends to and receives from anyone without allocating.</summary>
internal sealed class UdpSocket : IDisposable
{
    private const int PortOffset = 2, IPv4Offset = 4, IPv6Offset = 8; // of sockaddr_in and sockaddr_in6

    private readonly Socket _socket;
    private readonly SocketAddress _to;
    private readonly SocketAddress _from;
    private readonly Lock _sending = new();

    /// <exception cref="SocketException">There is no port left.</exception>
    public UdpSocket()
    {
        _socket = Open();
        _to = new(_socket.AddressFamily);
        _from = new(_socket.AddressFamily);
    }

    private bool IsIPv6 => _socket.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>Waits for a datagram, without taking it.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken) =>
        await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.Peek, cancellationToken);

    /// <summary>Takes the next datagram if there is one; its end is lost when the buffer is shorter.</summary>
    /// <returns>Its length, at most that of the buffer; -1 when there is none.</returns>
    public int TryReceive(Span<byte> buffer, out Destination source)
    {
        source = default;
        try
        {
            var count = _socket.ReceiveFrom(buffer, SocketFlags.None, _from);
            var address = _from.Buffer.Span;
            source = Destination.Of(
                _from.Family == AddressFamily.InterNetworkV6 ? address.Slice(IPv6Offset, 16) : address.Slice(IPv4Offset, 4),
                BinaryPrimitives.ReadUInt16BigEndian(address[PortOffset..]));
            return count;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.MessageSize)
        {
            return buffer.Length; // how some systems tell that the datagram was longer
        }
        catch (SocketException)
        {
            return -1;
        }
    }

    /// <summary>Whether another datagram, not an empty one, is there.</summary>
    public bool HasMore => _socket.Available > 0;

    /// <summary>Sends a datagram to an address.</summary>
    /// <returns>Whether it left; datagrams may be lost, and nobody is told why.</returns>
    public bool TrySend(in Destination to, ReadOnlySpan<byte> datagram)
    {
        if (to.Host is not null || (!IsIPv6 && !to.IsIPv4))
        {
            return false;
        }

        lock (_sending)
        {
            var address = _to.Buffer.Span;
            BinaryPrimitives.WriteUInt16BigEndian(address[PortOffset..], to.Port);
            if (IsIPv6)
            {
                BinaryPrimitives.WriteUInt128BigEndian(address[IPv6Offset..], to.Address);
            }
            else
            {
                BinaryPrimitives.WriteUInt32BigEndian(address[IPv4Offset..], (uint)to.Address);
            }

            try
            {
                return _socket.SendTo(datagram, SocketFlags.None, _to) == datagram.Length;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private static Socket Open()
    {
        var socket = Socket.OSSupportsIPv6
            ? new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true }
            : new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Blocking = false;
            socket.Bind(new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
