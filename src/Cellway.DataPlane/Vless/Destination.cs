using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cellway.DataPlane.Vless;

/// <summary>An address or a name, and a port. A value, so that a datagram costs no allocation for its address.</summary>
/// <param name="Address">The address in its IPv6 form, IPv4 mapped; 0 for a name.</param>
/// <param name="Host">The name, ASCII; <see langword="null"/> for an address.</param>
/// <param name="Port">The port.</param>
internal readonly record struct Destination(UInt128 Address, string? Host, ushort Port)
{
    /// <summary>The longest form on the wire: port, type, length and 255 of host.</summary>
    public const int MaxEncodedLength = 2 + 1 + 1 + 255;

    private const byte IPv4 = 1, Name = 2, IPv6 = 3;
    private static readonly UInt128 s_mapped = new(0, 0xffff_0000_0000);

    /// <summary>Whether it is an IPv4 address.</summary>
    public bool IsIPv4 => Host is null && (Address & ~(UInt128)uint.MaxValue) == s_mapped;

    /// <summary>How many bytes <see cref="Write"/> takes.</summary>
    public int EncodedLength => 3 + (Host is { } host ? 1 + host.Length : IsIPv4 ? 4 : 16);

    /// <summary>An address of 4 or of 16 bytes.</summary>
    public static Destination Of(ReadOnlySpan<byte> address, ushort port) => new(
        address.Length == 4 ? s_mapped | BinaryPrimitives.ReadUInt32BigEndian(address) : BinaryPrimitives.ReadUInt128BigEndian(address), null, port);

    /// <summary>What an <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/> says.</summary>
    public static Destination Of(EndPoint endPoint)
    {
        if (endPoint is DnsEndPoint dns)
        {
            return new(0, dns.Host, (ushort)dns.Port);
        }

        var ip = (IPEndPoint)endPoint;
        Span<byte> bytes = stackalloc byte[16];
        ip.Address.TryWriteBytes(bytes, out var length);
        return Of(bytes[..length], (ushort)ip.Port);
    }

    /// <summary>The address, IPv4 as such.</summary>
    /// <exception cref="InvalidOperationException">It is a name.</exception>
    public IPAddress ToAddress()
    {
        if (Host is not null)
        {
            throw new InvalidOperationException("A name has no address.");
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return new(IsIPv4 ? bytes[12..] : bytes);
    }

    /// <summary>The same for those who want an object.</summary>
    public EndPoint ToEndPoint() =>
        Host is { } host ? new DnsEndPoint(host, Port, AddressFamily.Unspecified) : new IPEndPoint(ToAddress(), Port);

    /// <summary>Writes port, type and address as VLESS and Mux.Cool have them (wire.md 1.5).</summary>
    /// <returns>The number of bytes: <see cref="EncodedLength"/>.</returns>
    public int Write(Span<byte> output)
    {
        BinaryPrimitives.WriteUInt16BigEndian(output, Port);
        if (Host is { } host)
        {
            output[2] = Name;
            output[3] = (byte)host.Length;
            Encoding.ASCII.GetBytes(host, output[4..]);
        }
        else if (IsIPv4)
        {
            output[2] = IPv4;
            BinaryPrimitives.WriteUInt32BigEndian(output[3..], (uint)Address);
        }
        else
        {
            output[2] = IPv6;
            BinaryPrimitives.WriteUInt128BigEndian(output[3..], Address);
        }

        return EncodedLength;
    }
}
