namespace Cellway.DataPlane.Http2.Hpack;

/// <summary>Huffman encoding of header strings.</summary>
internal static class HuffmanEncoder
{
    /// <summary>The encoded length in bytes, padding included.</summary>
    public static int GetLength(ReadOnlySpan<byte> text)
    {
        var lengths = HuffmanCode.Lengths;
        long bits = 0;
        foreach (var symbol in text)
        {
            bits += lengths[symbol];
        }

        return (int)((bits + 7) / 8);
    }

    /// <summary>Writes the code of <paramref name="text"/>; <paramref name="destination"/> must hold <see cref="GetLength"/> bytes.</summary>
    /// <returns>The number of bytes written.</returns>
    public static int Encode(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        var lengths = HuffmanCode.Lengths;
        var codes = HuffmanCode.Codes;
        ulong pending = 0;
        int bits = 0, written = 0;
        foreach (var symbol in text)
        {
            pending = (pending << lengths[symbol]) | codes[symbol];
            bits += lengths[symbol];
            while (bits >= 8)
            {
                bits -= 8;
                destination[written++] = (byte)(pending >> bits);
            }
        }

        if (bits > 0)
        {
            // Padding is the first bits of end-of-string: all ones.
            destination[written++] = (byte)((pending << (8 - bits)) | (0xFFu >> bits));
        }

        return written;
    }
}
