using System.Text;
using Cellway.DataPlane.Http2.Hpack;
using CsCheck;

namespace Cellway.Tests.DataPlane.Http2;

public sealed class HpackWriterTests
{
    private static readonly Gen<byte[]> s_text = Gen.Byte.Array[1, 40];

    [Fact]
    public void Add_AnyFields_DecodeToThemselvesOnAnyConnection() =>
        Gen.Select(s_text, s_text).Array[1, 10].Sample(fields =>
        {
            var writer = new HpackWriter();
            foreach (var (name, value) in fields)
            {
                writer.Add(name, value).Literal(name, value, HpackForm.NeverIndexed, huffman: false).Literal(31, value, HpackForm.Incremental);
            }

            var headers = new HeaderList();
            Assert.Equal(HpackFault.None, new HpackDecoder(4096, 8192, 1 << 20).Decode(writer.Written, headers));
            Assert.Equal(fields.Length * 3, headers.Count);
            for (var i = 0; i < fields.Length; i++)
            {
                Assert.Equal(fields[i].Item1, headers.Name(i * 3));
                Assert.Equal(fields[i].Item2, headers.Value(i * 3));
                Assert.Equal(fields[i].Item2, headers.Value((i * 3) + 1));
                Assert.Equal("content-type"u8, headers.Name((i * 3) + 2));
            }
        });

    [Fact]
    public void Add_TheGrpcResponseHead_GivesTheCapturedBytes()
    {
        var block = new HpackWriter().Indexed(8).Literal(31, "application/grpc"u8, HpackForm.Incremental).ToArray();
        Assert.Equal("885F8B1D75D0620D263D4C4D6564", Convert.ToHexString(block)); // grpc-authority.s2c.bin
    }

    [Fact]
    public void Add_ExactStaticEntries_AreOneByteEach()
    {
        var block = new HpackWriter().Add(":method"u8, "POST"u8).Add(":scheme"u8, "https"u8).Add(":status"u8, "404"u8).ToArray();
        Assert.Equal("83878D", Convert.ToHexString(block));
    }

    [Fact]
    public void Literal_HuffmanNotShorter_IsRaw()
    {
        var block = new HpackWriter().Literal("a"u8, "\"\""u8, HpackForm.WithoutIndexing).ToArray();
        Assert.Equal("0001610222" + "22", Convert.ToHexString(block));
        Assert.Equal("\"\"", Encoding.ASCII.GetString(block.AsSpan(4)));
    }

    [Theory]
    [InlineData(5, 10, "0A")]
    [InlineData(5, 1337, "1F9A0A")]
    [InlineData(8, 42, "2A")]
    [InlineData(7, 127, "7F00")]
    public void Integer_AppendixC1_RoundTrips(int prefix, int value, string hex)
    {
        Span<byte> buffer = stackalloc byte[6];
        var length = HpackInteger.Write(buffer, 0, prefix, value);
        Assert.Equal(hex, Convert.ToHexString(buffer[..length]));
        var position = 0;
        Assert.True(HpackInteger.TryRead(buffer[..length], ref position, prefix, out var read));
        Assert.Equal(value, read);
        Assert.Equal(length, position);
    }
}
