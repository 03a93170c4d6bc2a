using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Cellway.DataPlane.Front;

/// <summary>The PROXY protocol, version 2: tells a server behind us whose connection it is.</summary>
internal static class ProxyHeader
{
    private const byte Version2Proxy = 0x21;
    private const byte TcpOver4 = 0x11;
    private const byte TcpOver6 = 0x21;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>The header.</summary>
    /// <param name="remote">The client's end.</param>
    /// <param name="local">The end it connected to.</param>
    public static byte[] Of(IPEndPoint remote, IPEndPoint local)
    {
        var (source, destination) = (Plain(remote.Address), Plain(local.Address));
        if (source.AddressFamily != destination.AddressFamily)
        {
            (source, destination) = (source.MapToIPv6(), destination.MapToIPv6());
        }

        var addresses = (byte[])[.. source.GetAddressBytes(), .. destination.GetAddressBytes()];
        var family = source.AddressFamily == AddressFamily.InterNetwork ? TcpOver4 : TcpOver6;
        return [.. Signature, Version2Proxy, family, .. Big(addresses.Length + 4), .. addresses, .. Big(remote.Port), .. Big(local.Port)];
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static byte[] Big(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
