using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Cellway.Cli.Client.Subscription;
using Microsoft.AspNetCore.Http;

namespace Cellway.IntegrationTests.Cli.Client;

public sealed class SubscriptionFetcherTests : IAsyncLifetime
{
    private PrivateNetwork _network = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _network = await PrivateNetwork.StartAsync();

    public ValueTask DisposeAsync() => _network.DisposeAsync();

    [Fact]
    public async Task Fetch_PrivateRoot_GivesTheLinks()
    {
        var result = await FetchAsync(_network.Url);

        Assert.Equal(SubscriptionFault.None, result.Fault);
        Assert.Equal(["one", "two"], result.List.Links.Select(l => l.Name));
    }

    [Theory]
    [InlineData("/a", 3, "None")]
    [InlineData("/a", 4, "TooManyRedirects")]
    [InlineData("http://127.0.0.1:1/a", 1, "InsecureRedirect")]
    public async Task Fetch_Redirects_AreFollowedThreeTimesAndOnlyToHttps(string location, int count, string fault)
    {
        var left = count;
        _network.Answer = c =>
        {
            if (left-- > 0)
            {
                c.Response.Redirect(location);
                return Task.CompletedTask;
            }

            return c.Response.WriteAsync(PrivateNetwork.TwoLinks);
        };

        Assert.Equal(fault, (await FetchAsync(_network.Url)).Fault.ToString());
    }

    [Theory]
    [InlineData(404, "text/plain", "x", "NotFound", "a typo")]
    [InlineData(410, "text/plain", "x", "NotFound", "issued anew")]
    [InlineData(200, "text/html", "Welcome", "NotFound", "disabled")]
    [InlineData(200, "text/plain", " <!doctype html>", "NotFound", "a typo")]
    [InlineData(503, "text/plain", "x", "BadStatus", "503")]
    [InlineData(200, "text/plain", "", "Empty", "empty")]
    [InlineData(200, "text/plain", "vmess://x\nhysteria2://y", "NoUsableLink", "not a vless:// link (2)")]
    public async Task Fetch_NoLinks_SaysWhyInOneLine(int status, string type, string body, string fault, string says)
    {
        _network.Answer = c =>
        {
            c.Response.StatusCode = status;
            c.Response.ContentType = type;
            return c.Response.WriteAsync(body);
        };

        Expect(fault, says, await FetchAsync(_network.Url));
    }

    [Fact]
    public async Task Fetch_EndlessBody_IsGivenUp()
    {
        _network.Answer = async c =>
        {
            var block = new byte[65536];
            while (!c.RequestAborted.IsCancellationRequested)
            {
                await c.Response.Body.WriteAsync(block, c.RequestAborted);
            }
        };

        Expect("TooLarge", "1024 KiB", await FetchAsync(_network.Url));
    }

    [Fact]
    public async Task Fetch_ServerIsSilent_TimesOut()
    {
        _network.Answer = c => Task.Delay(TimeSpan.FromSeconds(30), c.RequestAborted);

        Expect("TimedOut", "did not answer in time", await FetchAsync(_network.Url, timeout: TimeSpan.FromMilliseconds(300)));
    }

    [Fact]
    public async Task Fetch_NobodyListens_SaysSo()
    {
        using var unused = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        unused.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound, not listening

        Expect("Refused", "refused the connection", await FetchAsync($"https://127.0.0.1:{((IPEndPoint)unused.LocalEndPoint!).Port}/TOKEN"));
    }

    [Fact]
    public async Task Fetch_NameThatDoesNotExist_SaysSo() =>
        Expect("UnknownHost", "cannot be resolved", await FetchAsync("https://no-such-host.invalid/TOKEN"));

    [Fact]
    public async Task Fetch_UnknownRoot_MentionsCa() => Expect("NotTrusted", "--ca FILE", await FetchAsync(_network.Url, withRoot: false));

    [Fact]
    public async Task Fetch_OtherName_SaysSo() =>
        Expect("WrongName", "another name", await FetchAsync($"https://127.0.0.1:{_network.Port}/TOKEN"));

    [Fact]
    public async Task Fetch_OldCertificate_SaysSo()
    {
        await using var old = await PrivateNetwork.StartAsync(notAfterDays: -1);

        Expect("Expired", "not valid at this time", await FetchAsync(old.Url, root: old));
    }

    [Fact]
    public async Task Fetch_PlainHttpPort_SaysThatTlsFailed()
    {
        await using var origin = await WebOrigin.StartAsync();

        Expect("TlsFailed", "No TLS connection", await FetchAsync($"https://localhost:{origin.Port}/TOKEN"));
    }

    private static void Expect(string fault, string says, SubscriptionResult result)
    {
        Assert.Equal(fault, result.Fault.ToString());
        Assert.Contains(says, result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("TOKEN", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Message);
    }

    private Task<SubscriptionResult> FetchAsync(string text, bool withRoot = true, TimeSpan? timeout = null, PrivateNetwork? root = null)
    {
        Assert.Equal(SubscriptionFault.None, SubscriptionUrl.Parse(text, out var url));
        X509Certificate2Collection roots = withRoot ? PrivateRoots.Read((root ?? _network).CaFile) : [];
        return new SubscriptionFetcher(url!, roots, TimeProvider.System) { Timeout = timeout ?? TimeSpan.FromSeconds(15) }.FetchAsync(Token);
    }
}
