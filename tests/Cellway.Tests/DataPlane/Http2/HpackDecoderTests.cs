using System.Text;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.Tests.DataPlane.Http2;

public sealed class HpackDecoderTests
{
    private readonly HeaderList _headers = new();

    private HpackFault Decode(HpackDecoder decoder, string hex)
    {
        _headers.Clear(int.MaxValue);
        return decoder.Decode(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), _headers);
    }

    private string Text => string.Join('\n', Enumerable.Range(0, _headers.Count).Select(i =>
        Encoding.Latin1.GetString(_headers.Name(i)) + ": " + Encoding.Latin1.GetString(_headers.Value(i))));

    private static HpackDecoder New(int table = 4096, int maxString = 8192, int maxList = 32768) => new(table, maxString, maxList);

    [Theory]
    [InlineData("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572", "custom-key: custom-header")]
    [InlineData("040c 2f73 616d 706c 652f 7061 7468", ":path: /sample/path")]
    [InlineData("1008 7061 7373 776f 7264 0673 6563 7265 74", "password: secret")]
    [InlineData("82", ":method: GET")]
    public void Decode_AppendixC2_GivesItsField(string hex, string expected)
    {
        Assert.Equal(HpackFault.None, Decode(New(), hex));
        Assert.Equal(expected, Text);
    }

    [Theory]
    [InlineData(
        "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "8286 84be 5808 6e6f 2d63 6163 6865",
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65")]
    [InlineData(
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
        "8286 84be 5886 a8eb 1064 9cbf",
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf")]
    public void Decode_AppendixC3AndC4_KeepsTheTableBetweenRequests(string first, string second, string third)
    {
        var decoder = New();
        Assert.Equal(HpackFault.None, Decode(decoder, first));
        Assert.Equal(":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com", Text);
        Assert.Equal(HpackFault.None, Decode(decoder, second));
        Assert.Equal(":method: GET\n:scheme: http\n:path: /\n:authority: www.example.com\ncache-control: no-cache", Text);
        Assert.Equal(HpackFault.None, Decode(decoder, third));
        Assert.Equal(":method: GET\n:scheme: https\n:path: /index.html\n:authority: www.example.com\ncustom-key: custom-value", Text);
    }

    [Fact]
    public void Decode_AppendixC6_EvictsFromASmallTable()
    {
        var decoder = New(table: 256);
        Assert.Equal(HpackFault.None, Decode(decoder,
            "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3"));
        Assert.Equal(
            ":status: 302\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:21 GMT\nlocation: https://www.example.com", Text);
        Assert.Equal(HpackFault.None, Decode(decoder, "4883 640e ffc1 c0bf"));
        Assert.Equal(
            ":status: 307\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:21 GMT\nlocation: https://www.example.com", Text);
        Assert.Equal(HpackFault.None, Decode(decoder,
            "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07"));
        Assert.Equal(
            ":status: 200\ncache-control: private\ndate: Mon, 21 Oct 2013 20:13:22 GMT\nlocation: https://www.example.com\n"
            + "content-encoding: gzip\nset-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1", Text);
    }

    [Theory]
    [InlineData("80")] // index 0
    [InlineData("BE")] // dynamic index with an empty table
    [InlineData("7F")] // integer cut off
    [InlineData("7FFFFFFFFF0F")] // integer overflow
    [InlineData("7F8080808080808000")] // endless continuation
    [InlineData("000A41")] // string cut off
    [InlineData("00")] // no name
    [InlineData("0001")]
    [InlineData("3FE21F")] // table size 4097
    [InlineData("8220")] // size update behind a field
    [InlineData("008101 00")] // bad Huffman padding in a name
    public void Decode_Junk_IsMalformed(string hex) => Assert.Equal(HpackFault.Malformed, Decode(New(), hex));

    [Fact]
    public void Decode_SizeUpdateToZero_EmptiesTheTable()
    {
        var decoder = New();
        Assert.Equal(HpackFault.None, Decode(decoder, "4001610162"));
        Assert.Equal(HpackFault.None, Decode(decoder, "BE"));
        Assert.Equal(HpackFault.None, Decode(decoder, "20 3FE11F 82"));
        Assert.Equal(HpackFault.Malformed, Decode(decoder, "BE"));
    }

    [Fact]
    public void Decode_StringAboveTheLimit_IsTooLong()
    {
        Assert.Equal(HpackFault.StringTooLong, Decode(New(maxString: 3), "0001610461616161"));
        Assert.Equal(HpackFault.None, Decode(New(maxString: 4), "0001610461616161"));
    }

    [Fact]
    public void Decode_ListAboveTheLimit_DropsTheRestButKeepsTheTable()
    {
        var decoder = New(maxList: 40);
        Assert.Equal(HpackFault.None, Decode(decoder, "4001610162 4001630164"));
        Assert.True(_headers.IsTruncated);
        Assert.Equal("a: b", Text);
        Assert.Equal(HpackFault.None, Decode(decoder, "BE"));
        Assert.Equal("c: d", Text);
    }

    [Fact]
    public void Decode_ThousandsOfInserts_StaysWithinTheTable()
    {
        var decoder = New(table: 512);
        for (var i = 0; i < 5000; i++)
        {
            var value = new string((char)('a' + (i % 26)), i % 90);
            var block = new HpackWriter().Literal("name"u8, Encoding.ASCII.GetBytes(value), HpackForm.Incremental).ToArray();
            Assert.Equal(HpackFault.None, Decode(decoder, Convert.ToHexString(block) + "BE"));
            Assert.Equal($"name: {value}\nname: {value}", Text);
        }
    }
}
