using System.Net;
using System.Net.Sockets;
using Cellway.DataPlane.Front;
using Cellway.DataPlane.Tunnel;
using Cellway.DataPlane.Vless;
using Cellway.IntegrationTests.DataPlane;

namespace Cellway.IntegrationTests.Probes;

/// <summary>Nodes beside the real nginx, with the configurations of deploy/nginx.</summary>
public sealed class BehindNginxTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task Entry_BehindNginx_CarriesTunnelsBothWays()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_limit);
        await using var chain = await ChainAsync(limit.Token);
        await using var origin = new Origin(async (socket, token) =>
        {
            await using var stream = new NetworkStream(socket);
            await stream.CopyToAsync(stream, token);
            socket.Shutdown(SocketShutdown.Send);
        });
        using var client = chain.Path.Client(server: chain.Nginx.Endpoint);
        var sent = new byte[3_000_000]; // several windows
        Random.Shared.NextBytes(sent);

        await using var tunnel = await client.OpenAsync(origin.Endpoint, limit.Token);
        var sending = tunnel.WriteAsync(sent, limit.Token).AsTask();
        var received = new byte[sent.Length];
        await tunnel.ReadExactlyAsync(received, limit.Token);
        await sending;

        Assert.Equal(sent, received);
        Assert.Equal(1, chain.Path.Entry.Counters.TotalSessions);
        Assert.Equal(1, chain.Path.Core.Counters.TotalSessions);
    }

    [Fact]
    public async Task Entry_BehindNginx_StrangersMeetNginxOnly()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_limit);
        await using var chain = await ChainAsync(limit.Token);
        using var stranger = new Stranger(chain.Nginx.Endpoint, ProbeSite.Name);
        var header = VlessHeader.Tcp(Guid.NewGuid().ToByteArray(), new IPEndPoint(IPAddress.Loopback, 80));
        var message = new byte[HunkHeader.LengthFor(header.Length) + header.Length];
        header.CopyTo(message.AsSpan(HunkHeader.Write(message, header.Length)));
        const string Tunnel = $"/{TestPath.ClientName}/Tun";
        var unknown = await stranger.ShowAsync(HttpMethod.Get, "/nope", null, limit.Token);

        Assert.StartsWith("200\n", await stranger.ShowAsync(HttpMethod.Get, "/", null, limit.Token));
        Assert.StartsWith("404\nServer: nginx/", unknown);
        foreach (var (method, path, body) in ((HttpMethod, string, byte[]?)[])
        [
            (HttpMethod.Get, Tunnel, null), (HttpMethod.Post, Tunnel, message), (HttpMethod.Post, Tunnel, message[..10]), (HttpMethod.Post, Tunnel, [9, 9]),
            (HttpMethod.Post, "/a.Service/Method", message), (HttpMethod.Get, $"/{TestPath.SubscriptionPath}/wrong", null),
            (HttpMethod.Get, $"/{TestPath.SubscriptionPath}/{chain.Path.Token.Reveal()}x", null), (HttpMethod.Get, "/cellway_none", null),
        ])
        {
            Assert.Equal(unknown, await stranger.ShowAsync(method, path, body, limit.Token));
        }

        // A file keeps nginx's own refusal, whatever the content type.
        Assert.StartsWith("405\n", await stranger.ShowAsync(HttpMethod.Post, "/dir/index.html", message, limit.Token));
        Assert.Equal(0, chain.Path.Entry.Counters.TotalSessions);
    }

    [Fact]
    public async Task Entry_BehindNginx_RelaysSubscriptions()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_limit);
        await using var chain = await ChainAsync(limit.Token);
        using var stranger = new Stranger(chain.Nginx.Endpoint, ProbeSite.Name);
        chain.Path.Subscriptions.Answer = new(200, [new("content-type", "text/plain"), new("profile-title", "x")], "links"u8.ToArray());

        var answer = await stranger.ShowAsync(HttpMethod.Get, $"/{TestPath.SubscriptionPath}/{chain.Path.Token.Reveal()}?format=links", null, limit.Token);

        Assert.StartsWith("200\nServer: nginx/", answer);
        Assert.EndsWith("\n\nlinks", answer);
        Assert.Equal((ProbeSite.Name, "format=links"), (chain.Path.Subscriptions.Seen!.Host, chain.Path.Subscriptions.Seen.Query));
    }

    [Fact]
    public async Task Entry_BehindNginxAndDown_IsAPageThatDoesNotExist()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_limit);
        await using var chain = await ChainAsync(limit.Token);
        using var stranger = new Stranger(chain.Nginx.Endpoint, ProbeSite.Name);
        await chain.Path.Entry.DrainAsync(TimeSpan.Zero, limit.Token);

        Assert.Equal(
            await stranger.ShowAsync(HttpMethod.Get, "/nope", null, limit.Token),
            await stranger.ShowAsync(HttpMethod.Post, "/a.Service/Method", [1], limit.Token));
    }

    [Fact]
    public async Task Entry_WithoutTls_ListensOnLoopbackOnly()
    {
        var token = TestContext.Current.CancellationToken;
        await Assert.ThrowsAsync<ArgumentException>(
            () => TestPath.StartAsync(token, configureEntry: o => o with { BehindWebServer = true, Listen = new(IPAddress.Any, 0) }));
    }

    [Fact]
    public async Task Core_WithNginx_KeepsEntriesAndPassesStrangersOnWithTheirAddress()
    {
        Assert.SkipWhen(NginxProcess.Program is null, "nginx is not installed.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_limit);
        using var site = new ProbeSite();
        var port = NginxProcess.FreePort();
        var log = Path.Combine(site.Directory, "strangers.log");
        await using var nginx = await NginxProcess.StartAsync(
            Path.Combine(site.Directory, "nginx"), port,
            $"log_format who '$remote_addr'; {NginxExamples.Core(site, port).Replace("index index.html;", $"index index.html; access_log {log} who;", StringComparison.Ordinal)}",
            limit.Token);
        await using var path = await TestPath.StartAsync(limit.Token, configure: o => o with { StrangersTo = nginx.Endpoint });
        using var stranger = new Stranger(path.Core.Endpoint, ProbeSite.Name, from: IPAddress.Parse("127.0.0.9"));

        Assert.Null(await path.Entry.ProbeAsync(path.Route, limit.Token)); // mTLS with the Core itself
        Assert.StartsWith("200\nServer: nginx/", await stranger.ShowAsync(HttpMethod.Get, "/", null, limit.Token));
        Assert.Equal(site.Certificate.Thumbprint, stranger.Certificate!.Thumbprint);
        Assert.Contains("Location: https://probe.test/dir/", await stranger.ShowAsync(HttpMethod.Get, "/dir", null, limit.Token));
        string[] seen = [];
        while (seen.Length < 2)
        {
            await Task.Delay(20, limit.Token);
            seen = await File.ReadAllLinesAsync(log, limit.Token);
        }

        Assert.All(seen, line => Assert.Equal("127.0.0.9", line));

        await nginx.StopAsync();
        await Assert.ThrowsAsync<HttpRequestException>(async () =>
        {
            using var late = new Stranger(path.Core.Endpoint, ProbeSite.Name);
            await late.ShowAsync(HttpMethod.Get, "/", null, limit.Token);
        });
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.9", 0x11, 12)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.9", 0x11, 12)]
    [InlineData("2001:db8::1", "2001:db8::9", 0x21, 36)]
    public void ProxyHeader_OfEitherFamily_IsVersion2(string remote, string local, byte family, byte length)
    {
        var header = ProxyHeader.Of(new(IPAddress.Parse(remote), 0x1234), new(IPAddress.Parse(local), 443));

        Assert.Equal([.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x21, family, 0, length], header[..16]);
        Assert.Equal(16 + length, header.Length);
        Assert.Equal([0x12, 0x34, 1, 0xbb], header[^4..]);
    }

    private static async Task<Chain> ChainAsync(CancellationToken token)
    {
        Assert.SkipWhen(NginxProcess.Program is null, "nginx is not installed.");
        var path = await TestPath.StartAsync(token, configureEntry: o => o with { BehindWebServer = true });
        var site = new ProbeSite(path.Ca.Web(TestPath.EntryDomain));
        var port = NginxProcess.FreePort();
        var nginx = await NginxProcess.StartAsync(
            Path.Combine(site.Directory, "nginx"), port, NginxExamples.Entry(site, port, path.Entry.Endpoint.Port), token);
        return new(path, nginx, site);
    }

    private sealed record Chain(TestPath Path, NginxProcess Nginx, ProbeSite Site) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Nginx.DisposeAsync();
            await Path.DisposeAsync();
            Site.Dispose();
        }
    }
}
