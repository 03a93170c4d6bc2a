using System.Net;
using System.Security.Cryptography;
using Cellway.DataPlane.Vless;

namespace Cellway.IntegrationTests.DataPlane;

/// <summary>VLESS command 2.</summary>
public sealed class UdpTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = 30_000)]
    [InlineData(1)]
    [InlineData(1400)]
    [InlineData(7526)]
    [InlineData(8190)]
    public async Task Datagram_ThatClientsTake_ComesBackWhole(int size)
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var echo = new UdpEcho();
        await using var tunnel = await RawTunnel.UdpAsync(path, echo.Endpoint, Token);
        var datagram = RandomNumberGenerator.GetBytes(size);

        await tunnel.SendPacketAsync(datagram, Token);

        Assert.Equal(datagram, await tunnel.ReadPacketAsync(Token));
        while ((path.Core.Traffic()[0].BytesUp, path.Core.Traffic()[0].BytesDown) != (size, size))
        {
            await Task.Delay(5, Token); // the answer may be faster than the count of the question
        }
    }

    [Theory(Timeout = 30_000)]
    [InlineData(8191)]
    [InlineData(65507)]
    public async Task Datagram_TooBigForClients_ReachesTheServerAndIsDroppedOnTheWayBack(int size)
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var big = new UdpEcho(d => d.Length == size ? new byte[8191] : d);
        await using var tunnel = await RawTunnel.UdpAsync(path, big.Endpoint, Token);

        await tunnel.SendPacketAsync(new byte[size], Token);
        await SeenAsync(big, 1);
        await tunnel.SendPacketAsync([], Token); // ignored
        await tunnel.SendPacketAsync([7], Token);

        Assert.Equal([7], await tunnel.ReadPacketAsync(Token));
        Assert.Equal(2, big.Senders.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task LengthAndDatagram_InSeparatePieces_AreOneDatagram()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var echo = new UdpEcho();
        await using var tunnel = await RawTunnel.UdpAsync(path, echo.Endpoint, Token);

        foreach (var piece in (byte[][])[[0], [3], [1, 2], [3, 0, 1, 9]])
        {
            await tunnel.SendAsync(piece, Token);
        }

        Assert.Equal([1, 2, 3], await tunnel.ReadPacketAsync(Token));
        Assert.Equal([9], await tunnel.ReadPacketAsync(Token));
    }

    [Fact(Timeout = 30_000)]
    public async Task ManyDatagrams_OneAfterTheOther_AllComeBack()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var echo = new UdpEcho();
        await using var tunnel = await RawTunnel.UdpAsync(path, echo.Endpoint, Token);

        for (var i = 0; i < 2000; i++)
        {
            var datagram = BitConverter.GetBytes(i);
            await tunnel.SendPacketAsync(datagram, Token);
            Assert.Equal(datagram, await tunnel.ReadPacketAsync(Token));
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task NamedDestination_IsResolvedByTheCore_AlsoWhenTheNameIsAnAddress()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var echo = new UdpEcho();
        foreach (var host in (string[])["localhost", "127.0.0.1"])
        {
            await using var tunnel = await RawTunnel.UdpAsync(path, new DnsEndPoint(host, echo.Endpoint.Port), Token);
            await tunnel.SendPacketAsync([1], Token);
            await tunnel.SendPacketAsync([2], Token);
            Assert.Equal([1], await tunnel.ReadPacketAsync(Token));
            Assert.Equal([2], await tunnel.ReadPacketAsync(Token));
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task ClientEnds_AnswersStillArrive()
    {
        await using var path = await TestPath.StartAsync(Token, configure: o => o with { HalfCloseTimeout = TimeSpan.FromSeconds(2) });
        await using var echo = new UdpEcho();
        await using var tunnel = await RawTunnel.UdpAsync(path, echo.Endpoint, Token);

        await tunnel.SendPacketAsync([5], Token);
        await tunnel.CompleteAsync(Token);

        Assert.Equal([5], await tunnel.ReadPacketAsync(Token));
        Assert.Null(await tunnel.ReadPacketAsync(Token)); // a clean end after the silence
    }

    [Theory(Timeout = 30_000)]
    [InlineData("sp.packet-addr.v2fly.arpa", 0, false)]
    [InlineData("sp.packet-addr.v2fly.arpa", 443, false)]
    [InlineData("sp.v2.udp-over-tcp.arpa", 443, true)]
    [InlineData("sp.mux.sing-box.arpa", 444, true)]
    public async Task Pseudodomain_IsACleanEnd(string host, int port, bool isTcp)
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var tunnel = await RawTunnel.OpenAsync(path, isTcp ? VlessCommand.Tcp : VlessCommand.Udp, new DnsEndPoint(host, port), Token);
        await tunnel.SendPacketAsync([1], Token);

        Assert.Null(await tunnel.ReadPacketAsync(Token));
    }

    [Fact(Timeout = 30_000)]
    public async Task DeniedDestination_GetsNothing()
    {
        await using var path = await TestPath.StartAsync(Token, new());
        await using var echo = new UdpEcho();
        await using var byAddress = await RawTunnel.UdpAsync(path, echo.Endpoint, Token);
        await using var byName = await RawTunnel.UdpAsync(path, new DnsEndPoint("localhost", echo.Endpoint.Port), Token);
        await byAddress.SendPacketAsync([1], Token);
        await byName.SendPacketAsync([1], Token);

        await Task.Delay(300, Token); // what would have been sent has had its time
        Assert.Empty(echo.Senders);
    }

    [Fact(Timeout = 30_000)]
    public async Task SilentAssociation_EndsCleanly()
    {
        await using var path = await TestPath.StartAsync(Token, configure: o => o with { UdpIdleTimeout = TimeSpan.FromSeconds(1) });
        await using var echo = new UdpEcho();
        await using var tunnel = await RawTunnel.UdpAsync(path, echo.Endpoint, Token);
        await tunnel.SendPacketAsync([1], Token);

        Assert.Equal([1], await tunnel.ReadPacketAsync(Token));
        Assert.Null(await tunnel.ReadPacketAsync(Token));
    }

    [Fact(Timeout = 30_000)]
    public async Task Stranger_WhoWritesToThePort_IsNotHeard()
    {
        await using var path = await TestPath.StartAsync(Token);
        await using var echo = new UdpEcho();
        await using var other = new UdpEcho();
        await using var tunnel = await RawTunnel.UdpAsync(path, echo.Endpoint, Token);
        await tunnel.SendPacketAsync([1], Token);
        Assert.Equal([1], await tunnel.ReadPacketAsync(Token));
        echo.Senders.TryPeek(out var port);

        await other.SendAsync([6, 6, 6], port!, Token);
        await tunnel.SendPacketAsync([2], Token);

        Assert.Equal([2], await tunnel.ReadPacketAsync(Token));
    }

    [Fact(Timeout = 30_000)]
    public async Task SessionsOfADevice_BeyondItsLimit_EndAtOnce()
    {
        await using var path = await TestPath.StartAsync(Token, configure: o => o with { DeviceLimits = new() { Sessions = 1 } });
        await using var echo = new UdpEcho();
        await using (var first = await RawTunnel.UdpAsync(path, echo.Endpoint, Token))
        {
            await first.SendPacketAsync([1], Token);
            Assert.Equal([1], await first.ReadPacketAsync(Token));
            await using var second = await RawTunnel.UdpAsync(path, echo.Endpoint, Token);
            Assert.Null(await second.ReadPacketAsync(Token));
        }

        byte[]? answer = null;
        while (answer is null) // the Core learns of the first one's end a little later
        {
            await using var third = await RawTunnel.UdpAsync(path, echo.Endpoint, Token);
            await third.SendPacketAsync([3], Token);
            answer = await third.ReadPacketAsync(Token);
        }
    }

    private static async Task SeenAsync(UdpEcho echo, int count)
    {
        while (echo.Senders.Count < count)
        {
            await Task.Delay(10, Token);
        }
    }
}
