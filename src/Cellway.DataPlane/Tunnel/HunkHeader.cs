using System.Buffers.Binary;

namespace Cellway.DataPlane.Tunnel;

/// <summary>Writes what precedes the data of one <c>Hunk</c> message, in the only form that every client parses (wire.md 2.6).</summary>
internal static class HunkHeader
{
    /// <summary>The most data in one message.</summary>
    public const int MaxData = 32 * 1024;

    /// <summary>The longest header: gRPC prefix, tag, and a varint of three bytes.</summary>
    public const int MaxLength = 5 + 1 + 3;

    /// <summary>How long the header of that much data is.</summary>
    public static int LengthFor(int data) => data switch { < 1 << 7 => 7, < 1 << 14 => 8, _ => 9 };

    /// <summary>Writes the header of <paramref name="data"/> bytes, 1 to <see cref="MaxData"/>.</summary>
    /// <returns>The header's length.</returns>
    public static int Write(Span<byte> destination, int data)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(data, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data, MaxData);
        var length = LengthFor(data);
        destination[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(destination[1..], length - 5 + data);
        destination[5] = 0x0a;
        var rest = data;
        for (var i = 6; i < length; i++, rest >>= 7)
        {
            destination[i] = (byte)(i < length - 1 ? rest | 0x80 : rest);
        }

        return length;
    }

    /// <summary>
    /// Puts the header in front of <paramref name="data"/> bytes that lie at <paramref name="offset"/>, so that the message begins
    /// at 0. The data moves only when the offset was a wrong guess of <see cref="LengthFor"/>.
    /// </summary>
    /// <returns>The message's length.</returns>
    public static int Prepend(Span<byte> buffer, int offset, int data)
    {
        var length = LengthFor(data);
        if (length != offset)
        {
            buffer.Slice(offset, data).CopyTo(buffer[length..]);
        }

        return Write(buffer, data) + data;
    }
}
