using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Cellway.IntegrationTests.DataPlane.Http2;

/// <summary>.NET's client against our server, over real TLS sockets.</summary>
public sealed class HttpClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static HttpClient NewClient() => new(new SocketsHttpHandler
    {
        SslOptions = new() { RemoteCertificateValidationCallback = TlsHttp2Server.Trusts },
    })
    {
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(60),
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16_384)]
    [InlineData(100_001)]
    [InlineData(30_000_000)]
    public async Task Get_BodyOfAnySize_ArrivesWhole(int length)
    {
        await using var server = new TlsHttp2Server();
        using var client = NewClient();
        using var response = await client.GetAsync($"https://localhost:{server.Port}/{length}", Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(length, response.Content.Headers.ContentLength);
        var body = await response.Content.ReadAsByteArrayAsync(Token);
        Assert.Equal(SHA256.HashData(TlsHttp2Server.Body(length)), SHA256.HashData(body));
    }

    [Fact]
    public async Task Get_UnknownPath_Gives404ForEachOfManyOnOneConnection()
    {
        await using var server = new TlsHttp2Server();
        using var client = NewClient();
        for (var i = 0; i < 50; i++)
        {
            using var response = await client.GetAsync($"https://localhost:{server.Port}/none", Token);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Equal("no\n", await response.Content.ReadAsStringAsync(Token));
        }
    }

    [Fact]
    public async Task Post_ManyLargeBodiesAtOnce_AreEchoed()
    {
        await using var server = new TlsHttp2Server();
        using var client = NewClient();
        await Task.WhenAll(Enumerable.Range(1, 20).Select(async i =>
        {
            var body = TlsHttp2Server.Body(i * 333_333);
            using var response = await client.PostAsync($"https://localhost:{server.Port}/echo", new ByteArrayContent(body), Token);
            Assert.Equal(SHA256.HashData(body), SHA256.HashData(await response.Content.ReadAsByteArrayAsync(Token)));
        }));
    }

    [Fact]
    public async Task Garbage_InsteadOfThePreface_GetsGoAwayAndAnOrderlyClose()
    {
        await using var server = new TlsHttp2Server();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, Token);
        await using var tls = new System.Net.Security.SslStream(new NetworkStream(socket), false, TlsHttp2Server.Trusts);
        await tls.AuthenticateAsClientAsync(
            new() { TargetHost = "localhost", ApplicationProtocols = [System.Net.Security.SslApplicationProtocol.Http2] }, Token);
        await tls.WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Token);

        using var answer = new MemoryStream();
        await tls.CopyToAsync(answer, Token); // ends: close_notify came, then FIN

        Assert.Equal(
            "000012040000000000" + "000300000400" + "000400010000" + "000500FFFFFF" + "000004080000000000" + "7FFF0000"
            + "000008070000000000" + "0000000000000001", Convert.ToHexString(answer.ToArray()));
    }
}
