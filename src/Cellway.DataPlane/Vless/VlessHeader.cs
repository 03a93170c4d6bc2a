using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cellway.DataPlane.Vless;

/// <summary>Writes what a VLESS client sends first (wire.md 1.1).</summary>
internal static class VlessHeader
{
    /// <summary>The header of a TCP request.</summary>
    /// <param name="id">16 bytes in the order of the UUID's text.</param>
    /// <param name="destination">An <see cref="IPEndPoint"/>, or a <see cref="DnsEndPoint"/> whose host is ASCII.</param>
    /// <exception cref="ArgumentException">The destination cannot be written: another kind, or a host of more than 255 bytes.</exception>
    public static byte[] Tcp(ReadOnlySpan<byte> id, EndPoint destination)
    {
        var header = new ArrayBufferWriter<byte>(VlessRequest.MaxLength);
        header.Write((ReadOnlySpan<byte>)[0]);
        header.Write(id);
        header.Write((ReadOnlySpan<byte>)[0, (byte)VlessCommand.Tcp]);
        Span<byte> port = stackalloc byte[2];
        switch (destination)
        {
            case IPEndPoint ip:
                BinaryPrimitives.WriteUInt16BigEndian(port, (ushort)ip.Port);
                header.Write(port);
                header.Write((ReadOnlySpan<byte>)[(byte)(ip.AddressFamily == AddressFamily.InterNetwork ? 1 : 3)]);
                header.Write(ip.Address.GetAddressBytes());
                break;
            case DnsEndPoint { Host: { Length: > 0 and <= byte.MaxValue } host } dns when Ascii.IsValid(host):
                BinaryPrimitives.WriteUInt16BigEndian(port, (ushort)dns.Port);
                header.Write(port);
                header.Write((ReadOnlySpan<byte>)[2, (byte)host.Length]);
                header.Write(Encoding.ASCII.GetBytes(host));
                break;
            default:
                throw new ArgumentException("Not an address, nor an ASCII host name of 1 to 255 characters.", nameof(destination));
        }

        return header.WrittenSpan.ToArray();
    }
}
