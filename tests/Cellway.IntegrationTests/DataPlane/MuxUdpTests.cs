using System.Net;
using System.Security.Cryptography;
using Cellway.DataPlane.Mux;
using Cellway.Testing;

namespace Cellway.IntegrationTests.DataPlane;

/// <summary>UDP sessions in Mux.Cool, and single XUDP.</summary>
public sealed class MuxUdpTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task SingleXudp_TwoDestinations_OneSourcePort()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var first = new UdpEcho();
        await using var second = new UdpEcho(address: IPAddress.Parse("127.0.0.2"));
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);

        await tunnel.SendAsync(MuxFrames.New(0, true, first.Endpoint, [1]), Token);
        Assert.Equal((first.Endpoint, "01"), await NextAsync(tunnel));
        await tunnel.SendAsync(MuxFrames.Keep(0, second.Endpoint, [2]), Token);
        Assert.Equal((second.Endpoint, "02"), await NextAsync(tunnel));
        await tunnel.SendAsync(MuxFrames.Keep(0, [3]), Token); // without an address: the session's own
        Assert.Equal((first.Endpoint, "03"), await NextAsync(tunnel));

        Assert.Single(first.Senders.Concat(second.Senders).Select(s => s.Port).Distinct());
    }

    [Theory(Timeout = 30_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DatagramFromSomeoneElse_ArrivesOnlyInFullCone(bool isFullCone)
    {
        await using var path = await TestPath.StartAsync(Token, configure: o => o with { UdpFromAnyone = isFullCone });
        await using var known = new UdpEcho();
        await using var unknown = new UdpEcho();
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);
        await tunnel.SendAsync(MuxFrames.New(0, true, known.Endpoint, [1]), Token);
        Assert.Equal((known.Endpoint, "01"), await NextAsync(tunnel));
        known.Senders.TryPeek(out var port);

        await unknown.SendAsync([9], port!, Token);
        await known.SendAsync([2], port!, Token);

        Assert.Equal(isFullCone ? (unknown.Endpoint, "09") : (known.Endpoint, "02"), await NextAsync(tunnel));
    }

    [Fact(Timeout = 30_000)]
    public async Task Name_IsResolvedPerPacket_AndTheAnswerNamesIt()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var first = new UdpEcho();
        await using var second = new UdpEcho();
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);

        await tunnel.SendAsync(MuxFrames.New(0, true, new DnsEndPoint("localhost", first.Endpoint.Port), [1]), Token);
        Assert.Equal((new DnsEndPoint("localhost", first.Endpoint.Port), "01"), await NextAsync(tunnel));
        await tunnel.SendAsync(MuxFrames.Keep(0, new DnsEndPoint("LocalHost", second.Endpoint.Port), [2]), Token);
        Assert.Equal((new DnsEndPoint("LocalHost", second.Endpoint.Port), "02"), await NextAsync(tunnel));
        await using var third = new UdpEcho();
        await tunnel.SendAsync(MuxFrames.Keep(0, third.Endpoint, [3]), Token);

        Assert.Equal((third.Endpoint, "03"), await NextAsync(tunnel));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(1, true)]
    [InlineData(1400, true)]
    [InlineData(7526, true)]
    [InlineData(7527, false)]
    [InlineData(8190, false)]
    [InlineData(8191, false)]
    [InlineData(65507, false)]
    public async Task Datagram_OfAnySize_ReachesTheServer_AndComesBackIfClientsTakeIt(int size, bool comesBack)
    {
        await using var path = await TestPath.StartAsync(Token);
        var seen = new TaskCompletionSource<int>();
        await using var echo = new UdpEcho(d =>
        {
            seen.TrySetResult(d.Length);
            return d;
        });
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);
        var datagram = RandomNumberGenerator.GetBytes(size);

        await tunnel.SendAsync(MuxFrames.New(0, true, echo.Endpoint, datagram), Token);
        Assert.Equal(size, await seen.Task.WaitAsync(Token));
        await tunnel.SendAsync(MuxFrames.Keep(0, echo.Endpoint, [1, 2, 3]), Token);

        Assert.Equal(comesBack ? Convert.ToHexString(datagram) : "010203", (await NextAsync(tunnel)).Data);
    }

    [Fact(Timeout = 30_000)]
    public async Task GlobalId_MovesToAnotherMainConnection_AndKeepsItsPort()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var echo = new UdpEcho();
        await using var old = await RawTunnel.MuxAsync(path, Token);
        await old.SendAsync(MuxFrames.New(0, true, echo.Endpoint, [1], 42), Token);
        Assert.Equal((echo.Endpoint, "01"), await NextAsync(old));

        await using var moved = await RawTunnel.MuxAsync(path, Token);
        await moved.SendAsync(MuxFrames.New(0, true, echo.Endpoint, [2], 42), Token);
        Assert.Equal((echo.Endpoint, "02"), await NextAsync(moved));
        await old.SendAsync(MuxFrames.Keep(0, [7]), Token); // the session is no longer there
        Assert.Equal(MuxStatus.End, (await old.ReadFrameAsync(Token))!.Value.Head.Status);
        await moved.DisposeAsync(); // lost, not ended
        await using var again = await RawTunnel.MuxAsync(path, Token);
        await again.SendAsync(MuxFrames.New(5, true, echo.Endpoint, [3], 42), Token);
        Assert.Equal((echo.Endpoint, "03"), await NextAsync(again));
        await again.SendAsync(MuxFrames.New(6, true, echo.Endpoint, [4], 43), Token);
        Assert.Equal((echo.Endpoint, "04"), await NextAsync(again));

        var ports = echo.Senders.Select(s => s.Port).ToArray();
        Assert.Equal([ports[0], ports[0], ports[0]], ports[..3]);
        Assert.NotEqual(ports[0], ports[3]);
    }

    [Fact(Timeout = 30_000)]
    public async Task GlobalIds_BeyondTheDevicesCap_AreRefused()
    {
        await using var path = await TestPath.StartAsync(Token, configure: o => o with { RoamingSessionsPerDevice = 2 });
        await using var echo = new UdpEcho();
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);
        for (var i = 1; i <= 2; i++)
        {
            await tunnel.SendAsync(MuxFrames.New((ushort)i, true, echo.Endpoint, [1], (ulong)i), Token);
            await NextAsync(tunnel);
        }

        await tunnel.SendAsync(MuxFrames.New(3, true, echo.Endpoint, [1], 3), Token);

        var frame = (await tunnel.ReadFrameAsync(Token))!.Value.Head;
        Assert.Equal((MuxStatus.End, 3), (frame.Status, frame.Session));
    }

    [Fact(Timeout = 30_000)]
    public async Task DeniedDestinations_AreCheckedForEveryDatagram()
    {
        await using var echo = new UdpEcho();
        await using var denied = new UdpEcho(address: IPAddress.Parse("127.0.0.2"));
        await using var path = await TestPath.StartAsync(Token, new() { AllowRanges = [IPNetwork.Parse("127.0.0.1/32")] });
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);

        await tunnel.SendAsync(MuxFrames.New(0, true, echo.Endpoint, [1]), Token);
        await NextAsync(tunnel);
        await tunnel.SendAsync(MuxFrames.Keep(0, denied.Endpoint, [2]), Token);
        await tunnel.SendAsync(MuxFrames.Keep(0, new DnsEndPoint("[::ffff:127.0.0.2]", denied.Endpoint.Port), [2]), Token);
        await tunnel.SendAsync(MuxFrames.Keep(0, new IPEndPoint(IPAddress.Parse("::ffff:127.0.0.2"), denied.Endpoint.Port), [2]), Token);
        await tunnel.SendAsync(MuxFrames.Keep(0, echo.Endpoint, [3]), Token);

        Assert.Equal((echo.Endpoint, "03"), await NextAsync(tunnel));
        Assert.Empty(denied.Senders);
    }

    [Fact(Timeout = 30_000)]
    public async Task SilentSession_IsEnded()
    {
        await using var path = await TestPath.StartAsync(Token, configure: o => o with { UdpIdleTimeout = TimeSpan.FromSeconds(1) });
        await using var echo = new UdpEcho();
        await using var tunnel = await RawTunnel.MuxAsync(path, Token);
        await tunnel.SendAsync([.. MuxFrames.New(1, true, echo.Endpoint, [1]), .. MuxFrames.New(2, true, echo.Endpoint, [1], 9)], Token);
        await NextAsync(tunnel);
        await NextAsync(tunnel);

        var first = (await tunnel.ReadFrameAsync(Token))!.Value.Head;
        var second = (await tunnel.ReadFrameAsync(Token))!.Value.Head;

        Assert.Equal((MuxStatus.End, MuxStatus.End, 3), (first.Status, second.Status, first.Session + second.Session));
    }

    private static async Task<(EndPoint Source, string Data)> NextAsync(RawTunnel tunnel)
    {
        var frame = await tunnel.ReadFrameAsync(Token);
        Assert.NotNull(frame);
        Assert.Equal((MuxStatus.Keep, MuxNetwork.Udp), (frame.Value.Head.Status, frame.Value.Head.Network));
        return (frame.Value.Head.Target!.Value.ToEndPoint(), Convert.ToHexString(frame.Value.Data));
    }
}
