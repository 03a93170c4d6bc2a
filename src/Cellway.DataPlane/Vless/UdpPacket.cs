using System.Buffers;
using System.Buffers.Binary;

namespace Cellway.DataPlane.Vless;

/// <summary>A datagram of command 2: two bytes of length, then the datagram (wire.md 1.6.1).</summary>
internal static class UdpPacket
{
    /// <summary>What precedes a datagram.</summary>
    public const int HeaderLength = 2;

    /// <summary>The most that clients take; bigger ones they drop, or the stream with them.</summary>
    public const int MaxSent = 8190;

    /// <summary>Reads one datagram, which may be empty. Nothing can be wrong with one.</summary>
    public static OperationStatus Read(in ReadOnlySequence<byte> input, out ReadOnlySequence<byte> datagram, out SequencePosition consumed)
    {
        datagram = default;
        consumed = input.Start;
        var reader = new SequenceReader<byte>(input);
        if (!reader.TryReadBigEndian(out short length) || !reader.TryReadExact((ushort)length, out datagram))
        {
            return OperationStatus.NeedMoreData;
        }

        consumed = reader.Position;
        return OperationStatus.Done;
    }

    /// <summary>Writes the datagram's header and the datagram.</summary>
    /// <param name="output">At least <see cref="HeaderLength"/> longer than the datagram.</param>
    /// <param name="datagram">1 to <see cref="MaxSent"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(Span<byte> output, ReadOnlySpan<byte> datagram)
    {
        ArgumentOutOfRangeException.ThrowIfZero(datagram.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(datagram.Length, MaxSent);
        BinaryPrimitives.WriteUInt16BigEndian(output, (ushort)datagram.Length);
        datagram.CopyTo(output[HeaderLength..]);
        return HeaderLength + datagram.Length;
    }
}
