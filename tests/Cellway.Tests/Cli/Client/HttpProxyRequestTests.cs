using System.Buffers;
using System.Text;
using Cellway.Cli.Client.Proxy;
using Cellway.Testing;
using CsCheck;

namespace Cellway.Tests.Cli.Client;

public sealed class HttpProxyRequestTests
{
    private const string Connect = "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\nProxy-Connection: Keep-Alive\r\n\r\n";

    private const string Get =
        "GET http://example.org/a?b#c HTTP/1.1\r\nHost: other\r\nUser-Agent: x\r\nConnection: close, X-Secret\r\nX-Secret: 1\r\n"
        + "Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic eA==\r\nTE: trailers\r\nKeep-Alive: 5\r\nUpgrade: h2c\r\nAccept: */*\r\n\r\n";

    private const string Forwarded =
        "GET /a?b HTTP/1.1\r\nHost: example.org\r\nUser-Agent: x\r\nAccept: */*\r\nConnection: close\r\n\r\n";

    public static TheoryData<string, string, string> Valid => new()
    {
        { Connect, "Unspecified/example.org:443", "" },
        { "CONNECT [::1]:443 HTTP/1.0\r\n\r\n", "[::1]:443", "" },
        { Get, "Unspecified/example.org:80", Forwarded },
        { "GET http://127.0.0.1:8080 HTTP/1.0\r\n\r\n", "127.0.0.1:8080", "GET / HTTP/1.0\r\nHost: 127.0.0.1:8080\r\nConnection: close\r\n\r\n" },
        { "OPTIONS http://h HTTP/1.1\r\n\r\n", "Unspecified/h:80", "OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" },
        { "GET http://h?q HTTP/1.1\r\n\r\n", "Unspecified/h:80", "GET /?q HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Valid))]
    public void Read_HoweverItIsCut(string text, string destination, string forwarded)
    {
        byte[] payload = [1, 2, 3];
        var head = Encoding.Latin1.GetBytes(text);
        foreach (var input in Splits.Of([.. head, .. payload]))
        {
            Assert.Equal(OperationStatus.Done, HttpProxyRequest.Read(input, out var request, out var consumed, out _));
            Assert.Equal(destination, request!.Destination.ToString());
            Assert.Equal(forwarded, Encoding.Latin1.GetString(request.Forwarded.Span));
            Assert.Equal(forwarded.Length == 0, request.IsConnect);
            Assert.Equal(payload, input.Slice(consumed).ToArray());
        }

        for (var length = 0; length < head.Length; length++)
        {
            var input = new ReadOnlySequence<byte>(head[..length]);
            Assert.Equal(OperationStatus.NeedMoreData, HttpProxyRequest.Read(input, out _, out var consumed, out _));
            Assert.Equal(length, input.Slice(consumed).Length);
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "NotForAProxy")]
    [InlineData("GET /http://x HTTP/1.1\r\n\r\n", "NotForAProxy")]
    [InlineData("GET https://h/ HTTP/1.1\r\n\r\n", "Scheme")]
    [InlineData("GET http://h/ HTTP/2.0\r\n\r\n", "Version")]
    [InlineData("GET http://h/\r\n\r\n", "Malformed")]
    [InlineData("GET  http://h/ HTTP/1.1\r\n\r\n", "Malformed")]
    [InlineData("GET http://h/ HTTP/1.1\n", "Malformed")]
    [InlineData("GET http://h/ HTTP/1.1\r\nA : b\r\n", "Malformed")]
    [InlineData("GET http://h/ HTTP/1.1\r\nA: b\r\n c\r\n", "Malformed")]
    [InlineData("GET http://h/ HTTP/1.1\r\nA: b\rc\r\n", "Malformed")]
    [InlineData("CONNECT h HTTP/1.1\r\n\r\n", "Destination")]
    [InlineData("CONNECT h:0 HTTP/1.1\r\n\r\n", "Destination")]
    [InlineData("CONNECT h:99999 HTTP/1.1\r\n\r\n", "Destination")]
    [InlineData("GET http:///x HTTP/1.1\r\n\r\n", "Destination")]
    [InlineData("GET http://user@h/ HTTP/1.1\r\n\r\n", "Destination")]
    [InlineData("POST http://h/ HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "Framing")]
    [InlineData("POST http://h/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "Framing")]
    [InlineData("POST http://h/ HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "Framing")]
    [InlineData("POST http://h/ HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "Framing")]
    public void Read_Junk_NamesTheFault(string text, string fault)
    {
        Assert.Equal(OperationStatus.InvalidData, HttpProxyRequest.Read(new(Encoding.Latin1.GetBytes(text)), out var request, out _, out var found));
        Assert.Equal(fault, found.ToString());
        Assert.Null(request);
        Assert.StartsWith("HTTP/1.1 ", Encoding.UTF8.GetString(HttpProxyReply.To(found).Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EndlessHead_IsTooLarge()
    {
        var head = Encoding.Latin1.GetBytes("GET http://h/ HTTP/1.1\r\nA: " + new string('x', HttpHead.MaxBytes));

        Assert.Equal(OperationStatus.InvalidData, HttpProxyRequest.Read(new(head), out _, out _, out var fault));
        Assert.Equal(HttpProxyFault.TooLarge, fault);
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows() => Gen.Byte.Array[0, 200].Sample(bytes =>
        { HttpProxyRequest.Read(new([.. "GET http://"u8, .. bytes, .. "\r\n\r\n"u8]), out _, out _, out _); });
}
