using System.Security.Authentication;
using System.Text;

namespace Cellway.IntegrationTests.Probes;

/// <summary>Probes of HTTP/1 inside TLS.</summary>
internal static class Http1Probes
{
    private const string Chrome = "User-Agent: Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0 Safari/537.36\r\n";

    public static IEnumerable<Probe> All { get; } =
    [
        Row("GET a file", "GET / HTTP/1.1\r\nHost: probe.test\r\nConnection: close\r\n\r\n"),
        Row("GET a file and wait", "GET / HTTP/1.1\r\nHost: probe.test\r\n\r\n"),
        Row("GET a large file", "GET /big.bin HTTP/1.1\r\nHost: probe.test\r\nConnection: close\r\n\r\n"),
        Row("GET an empty file", "GET /none.bin HTTP/1.0\r\n\r\n"),
        Row("HEAD", "HEAD /style.css HTTP/1.1\r\nHost: probe.test\r\nConnection: close\r\n\r\n"),
        Row("GET an unknown path", "GET /nope HTTP/1.1\r\nHost: probe.test\r\nConnection: close\r\n\r\n"),
        Row("GET an unknown path with Chrome", $"GET /nope HTTP/1.1\r\nHost: probe.test\r\n{Chrome}Connection: close\r\n\r\n"),
        Row("GET a subscription of nobody", $"GET /feed/AAECAwQFBgcICQoLDA0ODxAREhM HTTP/1.1\r\nHost: probe.test\r\nConnection: close\r\n\r\n"),
        Row("GET a subscription of nobody with Chrome", $"GET /feed/AAECAwQFBgcICQoLDA0ODxAREhM HTTP/1.1\r\nHost: probe.test\r\n{Chrome}Accept: text/html\r\nConnection: close\r\n\r\n"),
        Row("GET a subscription of nobody in a format", $"GET /feed/AAECAwQFBgcICQoLDA0ODxAREhM/clash?format=xray HTTP/1.1\r\nHost: probe.test\r\nAccept-Encoding: gzip, br\r\nIf-None-Match: *\r\nConnection: close\r\n\r\n"),
        Row("HEAD a subscription of nobody", "HEAD /feed/AAECAwQFBgcICQoLDA0ODxAREhM HTTP/1.0\r\n\r\n"),
        Row("POST to a subscription of nobody", "POST /feed/AAECAwQFBgcICQoLDA0ODxAREhM HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"),
        Row("HEAD an unknown path", "HEAD /nope HTTP/1.0\r\n\r\n"),
        Row("GET a directory", "GET /dir?x=1 HTTP/1.1\r\nHost: Probe.test:99\r\nConnection: close\r\n\r\n"),
        Row("GET a directory without a host", "GET /dir HTTP/1.0\r\n\r\n"),
        Row("GET a directory without an index", "GET /empty/ HTTP/1.0\r\n\r\n"),
        Row("GET an unknown directory", "GET /nodir/ HTTP/1.0\r\n\r\n"),
        Row("Two requests, keep-alive of HTTP/1.0", "GET /ten.txt HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\nGET /ten.txt HTTP/1.0\r\n\r\n"),
        Row("Range", "GET /ten.txt HTTP/1.0\r\nRange: bytes=2-4\r\n\r\n"),
        Row("Range of several parts", "GET /ten.txt HTTP/1.0\r\nRange: bytes=2-4, 6-7\r\n\r\n"),
        Row("Range behind the end", "GET /ten.txt HTTP/1.0\r\nRange: bytes=20-\r\n\r\n"),
        Row("Range of the last bytes", "GET /ten.txt HTTP/1.0\r\nRange: bytes=-3\r\n\r\n"),
        Row("Range overlapping", "GET /ten.txt HTTP/1.0\r\nRange: bytes=0-9,0-9\r\n\r\n"),
        Row("Range with another If-Range", "GET /ten.txt HTTP/1.0\r\nRange: bytes=2-4\r\nIf-Range: \"x\"\r\n\r\n"),
        Row("If-None-Match", "GET /ten.txt HTTP/1.0\r\nIf-None-Match: \"x\", W/\"663881d9-a\"\r\n\r\n"),
        Row("If-Modified-Since", "GET /ten.txt HTTP/1.0\r\nIf-Modified-Since: Mon, 06 May 2024 07:08:09 GMT\r\n\r\n"),
        Row("If-Modified-Since, later", "GET /ten.txt HTTP/1.0\r\nIf-Modified-Since: Mon, 06 May 2024 07:08:10 GMT\r\n\r\n"),
        Row("If-Match", "GET /ten.txt HTTP/1.0\r\nIf-Match: \"x\"\r\n\r\n"),
        Row("If-Unmodified-Since", "GET /ten.txt HTTP/1.0\r\nIf-Unmodified-Since: Mon, 06 May 2024 07:08:08 GMT\r\n\r\n"),
        Row("HTTP/0.9", "GET /ten.txt\r\n"),
        Row("HTTP/0.9, unknown path", "GET /nope\r\n"),
        Row("HTTP/0.9 POST", "POST /\r\n"),
        Row("HTTP/2.0 in the line", "GET / HTTP/2.0\r\n"),
        Row("HTTP/1.2", "GET /ten.txt HTTP/1.2\r\nHost: a\r\nConnection: close\r\n\r\n"),
        Row("Lower case method", "get / HTTP/1.1\r\n"),
        Row("No host", "GET / HTTP/1.1\r\n\r\n"),
        Row("Two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        Row("Bad host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        Row("Bad header name", "GET / HTTP/1.1\r\nHost: a\r\nfoo bar: x\r\n\r\n"),
        Row("Header without a colon", "GET / HTTP/1.1\r\nHost: a\r\nfoo\r\nConnection: close\r\n\r\n"),
        Row("NUL in a header", "GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n"),
        Row("Bad length", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"),
        Row("Length and chunks", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
        Row("Unknown coding", "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"),
        Row("Chunks in HTTP/1.0", "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        Row("CONNECT of an authority", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Row("CONNECT of a path", "CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Row("TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Row("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
        Row("OPTIONS", "OPTIONS / HTTP/1.0\r\n\r\n"),
        Row("Unknown method on an unknown path", "FOO /nope HTTP/1.0\r\n\r\n"),
        Row("POST to a file", "POST /ten.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"),
        Row("POST of gRPC to an unknown path", "POST /x/Tun HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
        Row("POST, body incomplete", "POST /nope HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"),
        Row("POST, body incomplete, close", "POST /nope HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nConnection: close\r\n\r\nabc"),
        Row("POST, then a request", "POST /nope HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabcGET /ten.txt HTTP/1.0\r\n\r\n"),
        Row("GET with a body, 100-continue", "GET /ten.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\nabc"),
        Row("Chunked POST, then a request", "POST /nope HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: 1\r\n\r\nGET /ten.txt HTTP/1.0\r\n\r\n"),
        Row("Chunked POST, bad chunk", "POST /nope HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc"),
        Row("Chunked GET, bad chunk", "GET /ten.txt HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc"),
        Row("Absolute target", "GET http://other.test/ten.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
        Row("Absolute target without a path", "GET http://other.test HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
        Row("Above the root", "GET /../../x HTTP/1.1\r\n"),
        Row("Encoded dots", "GET /dir/%2e%2e/ten.txt HTTP/1.0\r\n\r\n"),
        Row("Encoded NUL", "GET /%00 HTTP/1.1\r\n"),
        Row("Bad escape", "GET /a%zz HTTP/1.1\r\n"),
        Row("Preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Row("Blank lines first", "\r\n\r\nGET /ten.txt HTTP/1.0\r\n\r\n"),
        Row("hello", "hello\r\n\r\n"),
        Row("Start of VLESS", "\0" + new string('\x41', 16) + "\0\x01\0\x50\x01\x7f\0\0\x01"),
        Row("Long target", $"GET /{new string('a', 9000)} HTTP/1.1\r\nHost: a\r\n\r\n"),
        Row("Long header", $"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('a', 9000)}\r\n\r\n"),
        Row("Header of just under 8 KB", $"GET /ten.txt HTTP/1.0\r\nX: {new string('a', 8187)}\r\n\r\n"),
        Row("Header of just over 8 KB", $"GET /ten.txt HTTP/1.0\r\nX: {new string('a', 8188)}\r\n\r\n"),
        Row("Many headers", $"GET / HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Repeat($"X: {new string('a', 1000)}\r\n", 40))}\r\n"),
        Row("WebSocket to an unknown path", "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"),
        Row("Silence", ""),
        Row("Half a line", "GET /"),
        Row("Half a head", "GET / HTTP/1.1\r\nHo"),
    ];

    private static Probe Row(string name, string request) => new($"http/1: {name}", async (server, token) =>
    {
        using var client = await ProbeClient.ConnectAsync(server, token);
        await client.TlsAsync(ProbeSite.Name, SslProtocols.Tls13, "http/1.1");
        await client.SendAsync(Encoding.Latin1.GetBytes(request));
        await client.ReadToEndAsync();
        return client.Transcript;
    });
}
