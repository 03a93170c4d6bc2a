using System.Buffers;
using System.Net;
using System.Text;
using Cellway.Cli.Client.Links;

namespace Cellway.Cli.Client.Proxy;

/// <summary>A SOCKS 5 CONNECT (RFC 1928, section 4).</summary>
/// <param name="Destination">An <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
internal readonly record struct SocksRequest(EndPoint Destination)
{
    private const byte Connect = 1;

    /// <summary>Reads one; takes nothing while it is incomplete.</summary>
    public static OperationStatus Read(
        in ReadOnlySequence<byte> input, out SocksRequest request, out SequencePosition consumed, out SocksFault fault)
    {
        request = default;
        consumed = input.Start;
        var reader = new SequenceReader<byte>(input);
        fault = ReadHead(ref reader, out var kind, out var length);
        if (fault is not SocksFault.None)
        {
            return OperationStatus.InvalidData;
        }

        Span<byte> address = stackalloc byte[HostName.MaxLength];
        address = address[..length];
        if (length == 0 || !reader.TryCopyTo(address))
        {
            return OperationStatus.NeedMoreData;
        }

        reader.Advance(length);
        if (!reader.TryReadBigEndian(out short rawPort))
        {
            // A name is judged before its port has come.
            fault = kind == AddressKind.Name && !TryReadName(address, 1, out _) ? SocksFault.Host : SocksFault.None;
            return fault is SocksFault.None ? OperationStatus.NeedMoreData : OperationStatus.InvalidData;
        }

        var port = (ushort)rawPort;
        EndPoint? destination = null;
        if (kind != AddressKind.Name)
        {
            destination = new IPEndPoint(new IPAddress(address), port);
        }
        else if (!TryReadName(address, port, out destination))
        {
            fault = SocksFault.Host;
            return OperationStatus.InvalidData;
        }

        if (port == 0)
        {
            fault = SocksFault.Port;
            return OperationStatus.InvalidData;
        }

        request = new(destination!);
        consumed = reader.Position;
        return OperationStatus.Done;
    }

    /// <param name="reader">At the front.</param>
    /// <param name="kind">What follows.</param>
    /// <param name="length">Its length; 0 while that has not come.</param>
    private static SocksFault ReadHead(ref SequenceReader<byte> reader, out AddressKind kind, out int length)
    {
        kind = default;
        length = 0;
        if (!reader.TryRead(out var version))
        {
            return SocksFault.None;
        }

        if (version != SocksGreeting.Version)
        {
            return SocksFault.Version;
        }

        if (!reader.TryRead(out var command))
        {
            return SocksFault.None;
        }

        if (command != Connect)
        {
            return SocksFault.Command;
        }

        // The reserved byte is not judged: RFC 1928 gives a server nothing to say about it.
        if (!reader.TryRead(out _) || !reader.TryRead(out var rawKind))
        {
            return SocksFault.None;
        }

        kind = (AddressKind)rawKind;
        switch (kind)
        {
            case AddressKind.IPv4:
                length = 4;
                return SocksFault.None;
            case AddressKind.IPv6:
                length = 16;
                return SocksFault.None;
            case AddressKind.Name:
                if (!reader.TryRead(out var nameLength))
                {
                    return SocksFault.None;
                }

                length = nameLength;
                return length == 0 ? SocksFault.Host : SocksFault.None;
            default:
                return SocksFault.AddressKind;
        }
    }

    /// <summary>Some clients write an address where a name belongs.</summary>
    private static bool TryReadName(ReadOnlySpan<byte> bytes, int port, out EndPoint? destination)
    {
        var name = Encoding.Latin1.GetString(bytes);
        return HostName.TryRead(name.Contains(':', StringComparison.Ordinal) ? $"[{name.Trim('[', ']')}]" : name, port, out destination);
    }

    private enum AddressKind : byte
    {
        IPv4 = 1,
        Name = 3,
        IPv6 = 4,
    }
}
