using System.Buffers.Binary;
using Cellway.DataPlane.Vless;

namespace Cellway.DataPlane.Mux;

/// <summary>Writes the frames that every client understands, and no others (wire.md 3.6).</summary>
internal static class MuxFrameWriter
{
    /// <summary>The longest head of a stream's Keep.</summary>
    public const int StreamHeadLength = 2 + 4 + 2;

    /// <summary>The longest head of a datagram's Keep.</summary>
    public const int MaxPacketHeadLength = 2 + 4 + 1 + Destination.MaxEncodedLength + 2;

    /// <summary>How long an End is.</summary>
    public const int EndLength = 2 + 4;

    /// <summary>The biggest datagram that Xray's own server would send; 8192 and more end the client's main connection.</summary>
    public const int MaxPacket = 8192 - 666;

    /// <summary>Writes the head of a Keep with bytes of a stream.</summary>
    /// <returns>The head's length.</returns>
    public static int WriteStreamHead(Span<byte> output, ushort session, int dataLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dataLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dataLength, ushort.MaxValue);
        WriteStart(output, 4, session, MuxStatus.Keep, MuxOptions.Data);
        BinaryPrimitives.WriteUInt16BigEndian(output[6..], (ushort)dataLength);
        return StreamHeadLength;
    }

    /// <summary>Writes a Keep with a datagram and where it came from.</summary>
    /// <param name="output">At least <see cref="MaxPacketHeadLength"/> longer than the datagram.</param>
    /// <param name="session">The session.</param>
    /// <param name="source">Its source: the name when the client used one for it.</param>
    /// <param name="datagram">1 to <see cref="MaxPacket"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public static int WritePacket(Span<byte> output, ushort session, in Destination source, ReadOnlySpan<byte> datagram)
    {
        ArgumentOutOfRangeException.ThrowIfZero(datagram.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(datagram.Length, MaxPacket);
        var metadata = 5 + source.EncodedLength;
        WriteStart(output, metadata, session, MuxStatus.Keep, MuxOptions.Data);
        output[6] = (byte)MuxNetwork.Udp;
        source.Write(output[7..]);
        BinaryPrimitives.WriteUInt16BigEndian(output[(2 + metadata)..], (ushort)datagram.Length);
        datagram.CopyTo(output[(4 + metadata)..]);
        return 4 + metadata + datagram.Length;
    }

    /// <summary>Writes an End without options.</summary>
    /// <returns>Its length.</returns>
    public static int WriteEnd(Span<byte> output, ushort session)
    {
        WriteStart(output, 4, session, MuxStatus.End, MuxOptions.None);
        return EndLength;
    }

    private static void WriteStart(Span<byte> output, int metadata, ushort session, MuxStatus status, MuxOptions options)
    {
        BinaryPrimitives.WriteUInt16BigEndian(output, (ushort)metadata);
        BinaryPrimitives.WriteUInt16BigEndian(output[2..], session);
        output[4] = (byte)status;
        output[5] = (byte)options;
    }
}
