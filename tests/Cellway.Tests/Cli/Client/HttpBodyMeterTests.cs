using System.Text;
using Cellway.Cli.Client.Proxy;

namespace Cellway.Tests.Cli.Client;

public sealed class HttpBodyMeterTests
{
    private const string Next = "GET http://another/ HTTP/1.1\r\n"; // must not reach this request's server

    public static TheoryData<string> Chunked =>
    [
        "0\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\n",
        "a;name=value\r\n0123456789\r\n1\r\nx\r\n000\r\n\r\n",
        "1 \r\nx\r\n0\r\nTrailer: 1\r\nAnother: 2\r\n\r\n",
    ];

    [Theory]
    [MemberData(nameof(Chunked))]
    public void Count_Chunks_EndsAtTheBodysEndHoweverItIsCut(string body)
    {
        var bytes = Encoding.Latin1.GetBytes(body + Next);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var meter = new HttpBodyMeter(new(IsChunked: true, 0));

            var first = meter.Count(bytes.AsSpan(0, cut));
            Assert.Equal(cut >= body.Length, meter.IsDone);
            var second = meter.Count(bytes.AsSpan(cut));

            Assert.True(meter.IsDone);
            Assert.Equal(body.Length, first + second);
        }
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("x")]
    [InlineData("5\nhello")]
    [InlineData("1\r\nxy")]
    [InlineData("1\r\nx\n")]
    [InlineData("ffffffffffffffffff\r\n")]
    [InlineData("0\r\na\nb")]
    public void Count_NoChunks_SaysSo(string body) =>
        Assert.Equal(-1, new HttpBodyMeter(new(IsChunked: true, 0)).Count(Encoding.Latin1.GetBytes(body)));

    [Fact]
    public void Count_Length_EndsThere()
    {
        var meter = new HttpBodyMeter(new(IsChunked: false, 5));

        Assert.Equal(3, meter.Count("abc"u8));
        Assert.False(meter.IsDone);
        Assert.Equal(2, meter.Count("deGET"u8));
        Assert.True(meter.IsDone);
        Assert.Equal(0, meter.Count("GET"u8));
    }

    [Fact]
    public void IsDone_NoBody_AtOnce() => Assert.True(new HttpBodyMeter(HttpBodyLength.None).IsDone);
}
