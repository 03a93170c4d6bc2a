using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cellway.Testing;

/// <summary>Mux.Cool frames as clients write them.</summary>
public static class MuxFrames
{
    private const byte NewStatus = 1, KeepStatus = 2, EndStatus = 3, KeepAliveStatus = 4;

    /// <summary>Opens a session; the GlobalID only when it is not 0.</summary>
    public static byte[] New(ushort session, bool isUdp, EndPoint target, byte[]? data = null, ulong globalId = 0)
    {
        byte[] metadata = [(byte)(isUdp ? 2 : 1), .. Address(target)];
        if (globalId != 0)
        {
            var id = new byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(id, globalId);
            metadata = [.. metadata, .. id];
        }

        return Frame(session, NewStatus, metadata, data);
    }

    /// <summary>Bytes of a stream, or a datagram to the session's own destination.</summary>
    public static byte[] Keep(ushort session, byte[]? data) => Frame(session, KeepStatus, [], data);

    /// <summary>A datagram to a destination.</summary>
    public static byte[] Keep(ushort session, EndPoint target, byte[] data) => Frame(session, KeepStatus, [2, .. Address(target)], data);

    /// <summary>Ends a session; with the option that Xray sets even when nothing failed.</summary>
    public static byte[] End(ushort session, byte option = 2) => Frame(session, EndStatus, [], null, option);

    /// <summary>Does nothing.</summary>
    public static byte[] KeepAlive(ushort session, byte[]? data = null) => Frame(session, KeepAliveStatus, [], data);

    /// <summary>Any frame.</summary>
    public static byte[] Frame(ushort session, byte status, byte[] rest, byte[]? data, byte option = 0)
    {
        byte[] length = new byte[2], id = new byte[2], count = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)(4 + rest.Length));
        BinaryPrimitives.WriteUInt16BigEndian(id, session);
        BinaryPrimitives.WriteUInt16BigEndian(count, (ushort)(data?.Length ?? 0));
        byte[] head = [.. length, .. id, status, (byte)(option | (data is null ? 0 : 1)), .. rest];
        return data is null ? head : [.. head, .. count, .. data];
    }

    /// <summary>Port, type and address.</summary>
    public static byte[] Address(EndPoint target)
    {
        var port = new byte[2];
        switch (target)
        {
            case IPEndPoint ip:
                BinaryPrimitives.WriteUInt16BigEndian(port, (ushort)ip.Port);
                return [.. port, (byte)(ip.AddressFamily == AddressFamily.InterNetwork ? 1 : 3), .. ip.Address.GetAddressBytes()];
            case DnsEndPoint dns:
                BinaryPrimitives.WriteUInt16BigEndian(port, (ushort)dns.Port);
                return [.. port, 2, (byte)dns.Host.Length, .. Encoding.ASCII.GetBytes(dns.Host)];
            default:
                throw new ArgumentException("Neither an address nor a name.", nameof(target));
        }
    }
}
