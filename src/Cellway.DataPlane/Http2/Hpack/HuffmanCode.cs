namespace Cellway.DataPlane.Http2.Hpack;

/// <summary>The static Huffman code of RFC 7541 appendix B.</summary>
/// <remarks>
/// The code is canonical: codes of one length are consecutive and ordered by symbol. The lengths alone define it,
/// and the appendix C vectors in the tests would fail on any wrong one.
/// </remarks>
internal static class HuffmanCode
{
    /// <summary>The end-of-string symbol. Its code is all ones; it may appear only as padding, cut to less than a byte.</summary>
    public const int EndOfString = 256;

    /// <summary>The longest code, in bits.</summary>
    public const int MaxBits = 30;

    /// <summary>Length in bits of each of the 256 byte codes; the 257th is end-of-string.</summary>
    public static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    /// <summary>The code of each symbol, right-aligned.</summary>
    public static readonly uint[] Codes = BuildCodes();

    private static uint[] BuildCodes()
    {
        var codes = new uint[EndOfString + 1];
        uint next = 0;
        for (var bits = 1; bits <= MaxBits; bits++)
        {
            next <<= 1;
            for (var symbol = 0; symbol < codes.Length; symbol++)
            {
                if (Lengths[symbol] == bits)
                {
                    codes[symbol] = next++;
                }
            }
        }

        return codes;
    }
}
