using System.Buffers;
using System.Text;
using Cellway.DataPlane.Http1;

namespace Cellway.Tests.DataPlane.Http1;

public sealed class RequestHeadReaderTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / Http11 a")]
    [InlineData("\r\n\nGET /x?y=%zz HTTP/1.0\n\n", "GET /x?y=%zz Http10 ")]
    [InlineData("GET /\r\n", "GET / Http09 ")]
    [InlineData("GET  /  HTTP/1.1 \r\nHost:  A.b.:80 \r\n\r\n", "GET / Http11 a.b")]
    [InlineData("PUT http://c:1?q HTTP/1.1\r\nHost: a\r\n\r\n", "PUT /?q Http11 c")]
    [InlineData("GET http://[::1]:80/ HTTP/1.12\r\nHost: a\r\nno colon\r\n\r\n", null)]
    [InlineData("GET http://[::1]:80/ HTTP/1.12\r\nHost: a\r\nnocolon\r\n\r\n", "GET / Http11 [::1]")]
    [InlineData("get / HTTP/1.1\r\n", null)]
    [InlineData("GET x HTTP/1.1\r\n", null)]
    [InlineData("GET / HTTP/1.1x", null)]
    [InlineData("GET / x", null)]
    [InlineData("GET /%00 HTTP/1.1\r\n", null)]
    [InlineData("POST /\r\n", null)]
    [InlineData("GET / HTTP/1.1\r\nHost: a..b\r\n", null)]
    [InlineData("GET / HTTP/1.1\r\n: a\r\n", null)]
    public void Read_CutAnywhere_SaysTheSame(string text, string? expected)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var reader = new RequestHeadReader(new());
            var status = reader.Read(bytes.AsSpan(0, cut), out var consumed, out _);
            if (status == OperationStatus.NeedMoreData)
            {
                status = reader.Read(bytes.AsSpan(consumed), out _, out _);
            }

            Assert.Equal(expected is null ? OperationStatus.InvalidData : OperationStatus.Done, status);
            if (expected is not null)
            {
                var line = reader.Request!.Line;
                Assert.Equal(expected, $"{line.Method} {line.Target} {line.Version} {reader.Request.Host}");
            }
        }
    }

    [Theory]
    [InlineData(8180, 414, null)]
    [InlineData(8100, null, null)]
    [InlineData(10, 400, 8190)]
    [InlineData(10, null, 8180)]
    public void Read_LongLines_HaveNginxsLimits(int target, int? status, int? header)
    {
        var head = $"GET /{new string('a', target)} HTTP/1.1\r\nHost: a\r\nX: {new string('b', header ?? 1)}\r\n\r\n";
        var reader = new RequestHeadReader(new());

        var result = reader.Read(Encoding.ASCII.GetBytes(head), out _, out var fault);

        Assert.Equal(status is null ? OperationStatus.Done : OperationStatus.InvalidData, result);
        Assert.Equal(status ?? 0, (int)fault.Status);
        Assert.Equal(status == 400 ? Http1Reason.HeaderTooLarge : Http1Reason.None, fault.Reason);
    }

    [Theory]
    [InlineData("3\r\nabc\r\n0\r\n\r\n", true)]
    [InlineData("A;x=y\r\n0123456789\r\n00\r\nT: 1\r\n\r\n", true)]
    [InlineData("zz\r\n", false)]
    [InlineData("1\r\nab", false)]
    [InlineData("ffffffffffffffffff\r\n", false)]
    public void ChunkedBody_ByteByByte_EndsWhereItEnds(string text, bool isGood)
    {
        var body = new ChunkedBody();
        var status = OperationStatus.NeedMoreData;
        var at = 0;
        foreach (var value in Encoding.ASCII.GetBytes(text + "GET"))
        {
            status = body.Read([value], out _);
            at++;
            if (status != OperationStatus.NeedMoreData)
            {
                break;
            }
        }

        Assert.Equal(isGood ? OperationStatus.Done : OperationStatus.InvalidData, status);
        Assert.True(!isGood || at == text.Length);
    }
}
