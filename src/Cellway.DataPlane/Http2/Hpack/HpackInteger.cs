namespace Cellway.DataPlane.Http2.Hpack;

/// <summary>Prefixed integers, RFC 7541 section 5.1.</summary>
internal static class HpackInteger
{
    /// <summary>Reads an integer whose first byte carries <paramref name="prefixBits"/> bits of it.</summary>
    /// <returns>False when the input ends early or the value exceeds 2^28: nothing honest in a header block is that large.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, ref int position, int prefixBits, out int value)
    {
        value = 0;
        if (position >= source.Length)
        {
            return false;
        }

        var mask = (1 << prefixBits) - 1;
        value = source[position++] & mask;
        if (value < mask)
        {
            return true;
        }

        for (var shift = 0; shift <= 21; shift += 7)
        {
            if (position >= source.Length)
            {
                return false;
            }

            var next = source[position++];
            value += (next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes <paramref name="value"/> behind the pattern bits in <paramref name="first"/>.</summary>
    /// <returns>The number of bytes written, at most six.</returns>
    public static int Write(Span<byte> destination, byte first, int prefixBits, int value)
    {
        var mask = (1 << prefixBits) - 1;
        if (value < mask)
        {
            destination[0] = (byte)(first | value);
            return 1;
        }

        destination[0] = (byte)(first | mask);
        value -= mask;
        var written = 1;
        while (value >= 0x80)
        {
            destination[written++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[written++] = (byte)value;
        return written;
    }
}
