using System.Text;
using Cellway.DataPlane.Http2.Hpack;
using CsCheck;

namespace Cellway.Tests.DataPlane.Http2;

public sealed class HuffmanTests
{
    private static byte[]? Decode(byte[] encoded)
    {
        var buffer = new byte[HuffmanDecoder.GetMaxLength(encoded.Length)];
        var length = HuffmanDecoder.Decode(encoded, buffer);
        return length < 0 ? null : buffer[..length];
    }

    private static byte[] Encode(byte[] text)
    {
        var buffer = new byte[HuffmanEncoder.GetLength(text)];
        Assert.Equal(buffer.Length, HuffmanEncoder.Encode(text, buffer));
        return buffer;
    }

    [Fact]
    public void Codes_MatchTheAppendix()
    {
        Assert.Equal(0x1FF8u, HuffmanCode.Codes[0]);
        Assert.Equal(0x14u, HuffmanCode.Codes[' ']);
        Assert.Equal(0x7FFF0u, HuffmanCode.Codes['\\']);
        Assert.Equal(0x3FFFFEEu, HuffmanCode.Codes[255]);
        Assert.Equal(0x3FFFFFFFu, HuffmanCode.Codes[HuffmanCode.EndOfString]);
    }

    [Fact]
    public void Encode_KnownText_GivesTheAppendixBytes() =>
        Assert.Equal("F1E3C2E5F23A6BA0AB90F4FF", Convert.ToHexString(Encode(Encoding.ASCII.GetBytes("www.example.com"))));

    [Fact]
    public void RoundTrip_EveryByteAloneAndDoubled_IsExact()
    {
        for (var b = 0; b < 256; b++)
        {
            Assert.Equal([(byte)b], Decode(Encode([(byte)b]))!);
            Assert.Equal([(byte)b, 0xFE, (byte)b], Decode(Encode([(byte)b, 0xFE, (byte)b]))!);
        }
    }

    [Fact]
    public void RoundTrip_AnyBytes_IsExact() =>
        Gen.Byte.Array[0, 300].Sample(text => Assert.Equal(text, Decode(Encode(text))!));

    [Fact]
    public void Decode_AnyBytes_NeverThrowsAndReencodesToItself() =>
        Gen.Byte.Array[0, 64].Sample(encoded =>
        {
            if (Decode(encoded) is { } text)
            {
                Assert.Equal(encoded, Encode(text));
            }
        });

    [Theory]
    [InlineData("1E")] // '0' as 00000 would leave 3 bits; 00011 110: padding with a zero
    [InlineData("FFFFFFFC")] // end-of-string itself
    [InlineData("FFFFFFFF")]
    [InlineData("FF")] // eight bits of padding
    [InlineData("07FF")] // '0', then eleven bits of padding
    public void Decode_BadPaddingOrEndOfString_IsRefused(string hex) => Assert.Null(Decode(Convert.FromHexString(hex)));
}
