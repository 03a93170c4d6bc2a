using System.Net;
using Cellway.DataPlane.Tunnel;
using Cellway.DataPlane.Tunnel.Client;
using Cellway.DataPlane.Vless;

namespace Cellway.IntegrationTests.DataPlane;

public sealed class StrangerTests
{
    private const string UnknownPath = "/api.v2.rpc.unknown/Tun";
    private const string TunnelPath = "/" + TestPath.ClientName + "/Tun";

    [Fact(Timeout = 30_000)]
    public async Task Entry_EveryWrongRequest_IsAnsweredLikeAnUnknownPath()
    {
        var token = TestContext.Current.CancellationToken;
        await using var path = await TestPath.StartAsync(token);
        using var stranger = new Stranger(path.Entry.Endpoint, TestPath.EntryDomain);
        var unknown = await stranger.ShowAsync(HttpMethod.Post, UnknownPath, [1, 2, 3], token);
        Assert.StartsWith("404\nServer: nginx/1.22.1\n", unknown);
        Assert.Contains("<center>nginx/1.22.1</center>", unknown);

        var header = VlessHeader.Tcp(Guid.NewGuid().ToByteArray(), new IPEndPoint(IPAddress.Loopback, 80));
        var message = new byte[HunkHeader.LengthFor(header.Length) + header.Length];
        header.CopyTo(message.AsSpan(HunkHeader.Write(message, header.Length)));

        Assert.Equal(unknown, await stranger.ShowAsync(HttpMethod.Post, TunnelPath, message, token)); // unknown id
        Assert.Equal(unknown, await stranger.ShowAsync(HttpMethod.Post, TunnelPath, [1, 0, 0, 0, 0], token)); // compressed
        Assert.Equal(unknown, await stranger.ShowAsync(HttpMethod.Post, TunnelPath, "GET / HTTP/1.1\r\n\r\n"u8.ToArray(), token));
        Assert.Equal(unknown, await stranger.ShowAsync(HttpMethod.Post, TunnelPath, message[..10], token)); // ends too early
        Assert.Equal(unknown, await stranger.ShowAsync(HttpMethod.Post, TunnelPath, null, token));
        Assert.Equal(unknown, await stranger.ShowAsync(HttpMethod.Get, TunnelPath, null, token));
        Assert.Equal(unknown, await stranger.ShowAsync(HttpMethod.Post, TunnelPath.ToUpperInvariant(), message, token));
        Assert.Equal(unknown, await stranger.ShowAsync(HttpMethod.Get, $"/{TestPath.SubscriptionPath}/wrong", null, token));
        Assert.Equal(
            await stranger.ShowAsync(HttpMethod.Post, UnknownPath, message, token, HttpVersion.Version11),
            await stranger.ShowAsync(HttpMethod.Post, TunnelPath, message, token, HttpVersion.Version11));
        Assert.Equal(0, path.Entry.Counters.TotalSessions);
    }

    [Fact(Timeout = 30_000)]
    public async Task Entry_UnknownDevice_TheClientIsToldThatItIsRefused()
    {
        await using var path = await TestPath.StartAsync(TestContext.Current.CancellationToken);
        using var client = path.Client(id: Guid.NewGuid().ToByteArray());
        await using var tunnel = await client.OpenAsync(new IPEndPoint(IPAddress.Loopback, 80), TestContext.Current.CancellationToken);

        var e = await Assert.ThrowsAsync<TunnelRefusedException>(
            async () => await tunnel.ReadExactlyAsync(new byte[1], TestContext.Current.CancellationToken));

        Assert.Equal(404, e.Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task Core_Stranger_SeesTheWebCertificateAndTheSiteOnly()
    {
        var token = TestContext.Current.CancellationToken;
        await using var path = await TestPath.StartAsync(token);
        using var stranger = new Stranger(path.Core.Endpoint, TestPath.ExitDomain);

        var index = await stranger.ShowAsync(HttpMethod.Get, "/", null, token);
        var unknown = await stranger.ShowAsync(HttpMethod.Post, UnknownPath, [1], token);
        var header = VlessHeader.Tcp(path.RouteId.ToArray(), new IPEndPoint(IPAddress.Loopback, 80));
        var message = new byte[HunkHeader.LengthFor(header.Length) + header.Length];
        header.CopyTo(message.AsSpan(HunkHeader.Write(message, header.Length)));

        Assert.StartsWith("200\n", index);
        Assert.Equal(unknown, await stranger.ShowAsync(HttpMethod.Post, $"/{TestPath.CoreName}/Tun", message, token));
        Assert.Equal(path.Face.WebCertificate[0].Thumbprint, stranger.Certificate!.Thumbprint);
        Assert.Equal(0, path.Core.Counters.TotalSessions);
    }

    [Fact(Timeout = 30_000)]
    public async Task Entry_Subscription_IsRelayedOrCovered()
    {
        var token = TestContext.Current.CancellationToken;
        await using var path = await TestPath.StartAsync(token);
        using var stranger = new Stranger(path.Entry.Endpoint, TestPath.EntryDomain);
        var target = $"/{TestPath.SubscriptionPath}/{path.Token.Reveal()}?format=links";

        Assert.StartsWith("404\n", await stranger.ShowAsync(HttpMethod.Get, target, null, token));
        path.Subscriptions.Answer = Cellway.DataPlane.Cover.SubscriptionResponse.Unavailable;
        Assert.StartsWith("404\n", await stranger.ShowAsync(HttpMethod.Get, target, null, token)); // it may be a stranger
        path.Subscriptions.Answer = new(200, [new("content-type", "text/plain"), new("profile-title", "x")], "links"u8.ToArray());
        var answer = await stranger.ShowAsync(HttpMethod.Get, target, null, token);

        Assert.StartsWith("200\n", answer);
        Assert.EndsWith("\n\nlinks", answer);
        Assert.Equal(
            (path.Token.Reveal(), TestPath.EntryDomain, "format=links", "GET"),
            (path.Subscriptions.Seen!.Token, path.Subscriptions.Seen.Host, path.Subscriptions.Seen.Query, path.Subscriptions.Seen.Method));

        path.Subscriptions.Answer = Cellway.DataPlane.Cover.SubscriptionResponse.Unavailable;
        Assert.StartsWith("502\n", await stranger.ShowAsync(HttpMethod.Get, target, null, token)); // whose token was right a moment ago may know
        path.Subscriptions.Answer = null;
        Assert.StartsWith("404\n", await stranger.ShowAsync(HttpMethod.Get, target, null, token));
        path.Subscriptions.Answer = Cellway.DataPlane.Cover.SubscriptionResponse.Unavailable;
        Assert.StartsWith("404\n", await stranger.ShowAsync(HttpMethod.Get, target, null, token)); // it has been revoked since
    }
}
