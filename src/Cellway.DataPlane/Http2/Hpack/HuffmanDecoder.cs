namespace Cellway.DataPlane.Http2.Hpack;

/// <summary>Huffman decoding of header strings: one table look-up for codes up to nine bits, canonical search beyond.</summary>
internal static class HuffmanDecoder
{
    private const int FastBits = 9;

    // Index: the next nine bits. Value: symbol << 4 | length, or 0 when the code is longer.
    private static readonly ushort[] s_fast = new ushort[1 << FastBits];

    // Per length: first code, and where its symbols start in s_symbols.
    private static readonly uint[] s_firstCode = new uint[HuffmanCode.MaxBits + 1];
    private static readonly int[] s_firstIndex = new int[HuffmanCode.MaxBits + 2];
    private static readonly ushort[] s_symbols = new ushort[HuffmanCode.EndOfString + 1];

    static HuffmanDecoder()
    {
        var lengths = HuffmanCode.Lengths;
        var count = 0;
        for (var bits = 1; bits <= HuffmanCode.MaxBits; bits++)
        {
            s_firstIndex[bits] = count;
            for (var symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] != bits)
                {
                    continue;
                }

                var code = HuffmanCode.Codes[symbol];
                if (s_firstIndex[bits] == count)
                {
                    s_firstCode[bits] = code;
                }

                s_symbols[count++] = (ushort)symbol;
                if (bits <= FastBits)
                {
                    var shift = FastBits - bits;
                    s_fast.AsSpan((int)code << shift, 1 << shift).Fill((ushort)((symbol << 4) | bits));
                }
            }
        }

        s_firstIndex[HuffmanCode.MaxBits + 1] = count;
    }

    /// <summary>An upper bound of the decoded length: the shortest code has five bits.</summary>
    public static int GetMaxLength(int encodedLength) => (int)(encodedLength * 8L / 5);

    /// <summary>Decodes into <paramref name="destination"/>, which must hold <see cref="GetMaxLength"/> bytes.</summary>
    /// <returns>The decoded length, or -1 for an encoded end-of-string, padding of a byte or more, or padding that is not all ones.</returns>
    public static int Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ulong window = 0; // the low `bits` bits are not consumed yet
        int bits = 0, written = 0, read = 0;
        while (true)
        {
            while (bits <= 56 && read < source.Length)
            {
                window = (window << 8) | source[read++];
                bits += 8;
            }

            if (bits == 0)
            {
                return written;
            }

            var peek = bits >= FastBits
                ? (int)(window >> (bits - FastBits)) & ((1 << FastBits) - 1)
                : (int)(window << (FastBits - bits)) & ((1 << FastBits) - 1);
            var entry = s_fast[peek];
            if (entry != 0 && (entry & 15) <= bits)
            {
                destination[written++] = (byte)(entry >> 4);
                bits -= entry & 15;
                continue;
            }

            var symbol = entry == 0 ? LongCode(window, ref bits) : -1;
            if (symbol >= 0 && symbol != HuffmanCode.EndOfString)
            {
                destination[written++] = (byte)symbol;
                continue;
            }

            // What is left can only be padding: fewer than eight bits, all ones.
            var rest = (1UL << bits) - 1;
            return symbol < 0 && bits < 8 && (window & rest) == rest ? written : -1;
        }
    }

    private static int LongCode(ulong window, ref int bits)
    {
        for (var length = FastBits + 1; length <= HuffmanCode.MaxBits && length <= bits; length++)
        {
            var code = (uint)((window >> (bits - length)) & ((1UL << length) - 1));
            var offset = (long)code - s_firstCode[length];
            if (offset >= 0 && offset < s_firstIndex[length + 1] - s_firstIndex[length])
            {
                bits -= length;
                return s_symbols[s_firstIndex[length] + (int)offset];
            }
        }

        return -1;
    }
}
