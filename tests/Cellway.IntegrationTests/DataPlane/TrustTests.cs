using System.Collections.Frozen;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using Cellway.DataPlane.Tunnel.Client;
using Cellway.DataPlane.Vless;
using Cellway.Model.Devices;
using Cellway.Model.Identities;

namespace Cellway.IntegrationTests.DataPlane;

public sealed class TrustTests
{
    [Fact(Timeout = 30_000)]
    public async Task Probe_GoodEntry_IsNull()
    {
        await using var path = await TestPath.StartAsync(TestContext.Current.CancellationToken);

        Assert.Null(await path.Entry.ProbeAsync(path.Route, TestContext.Current.CancellationToken));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("cellway://net/core/c1", false, false)]
    [InlineData("cellway://net/operator/o1", false, false)]
    [InlineData("cellway://net/management/m1", false, false)]
    [InlineData("cellway://other/entry/e1", false, false)]
    [InlineData("https://net/entry/e1", false, false)]
    [InlineData("cellway://net/entry/e1", true, false)]
    [InlineData("cellway://net/entry/e1", false, true)]
    public async Task Core_CertificateThatIsNoEntryOfTheNetwork_IsRefused(string identity, bool foreignCa, bool expired)
    {
        await using var path = await TestPath.StartAsync(TestContext.Current.CancellationToken);
        path.EntryCertificate = (foreignCa ? new TestCertificates() : path.Ca).Node(identity, expired);

        Assert.NotNull(await path.Entry.ProbeAsync(path.Route, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 30_000)]
    public async Task Core_CallerAtAnEntrysAddressWithoutACertificate_IsRefused()
    {
        var token = TestContext.Current.CancellationToken;
        await using var path = await TestPath.StartAsync(token);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(TestPath.EntryAddress, 0));
        await socket.ConnectAsync(path.Core.Endpoint, token);
        await using var tls = new SslStream(new NetworkStream(socket), false, (_, shown, _, _) => shown is not null);

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await tls.AuthenticateAsClientAsync(
                new() { TargetHost = TestPath.ExitDomain, ApplicationProtocols = [SslApplicationProtocol.Http2]},
                token);
            await tls.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), token);
            await tls.ReadExactlyAsync(new byte[9], token); // in TLS 1.3 a client hears only now that it is not wanted
        });
    }

    [Fact(Timeout = 30_000)]
    public async Task Probe_OtherKeyThanTheRoutes_IsRefused()
    {
        await using var path = await TestPath.StartAsync(TestContext.Current.CancellationToken);
        var other = path.Route with { CertificateKeyHash = Hash256.Of("other"u8) };

        Assert.Contains("certificate", await path.Entry.ProbeAsync(other, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 30_000)]
    public async Task Apply_EntryRevoked_ItsSessionsAreCutAndNoneBegin()
    {
        var token = TestContext.Current.CancellationToken;
        await using var path = await TestPath.StartAsync(token);
        await AssertCutAsync(path, () => path.Core.Apply(path.Face with { RevokedKeys = [TestPath.KeyOf(path.EntryCertificate)] }), token);

        Assert.NotNull(await path.Entry.ProbeAsync(path.Route, token));
    }

    [Fact(Timeout = 30_000)]
    public async Task Apply_CoreRevoked_ItsSessionsAreCutAndNoneBeginWhateverRoutesSay()
    {
        var token = TestContext.Current.CancellationToken;
        await using var path = await TestPath.StartAsync(token);
        await AssertCutAsync(path, () => path.Entry.Apply(path.EntryFace with { RevokedKeys = [TestPath.KeyOf(path.CoreCertificate)] }), token);

        Assert.Contains("revoked", await path.Entry.ProbeAsync(path.Route, token));
    }

    [Fact(Timeout = 30_000)]
    public async Task RouteNotServed_IsRefused()
    {
        var token = TestContext.Current.CancellationToken;
        await using var path = await TestPath.StartAsync(token);
        path.Core.Apply(path.Face with { Routes = FrozenSet<RouteId>.Empty });
        using var client = path.Client();
        await using var tunnel = await client.OpenAsync(new IPEndPoint(IPAddress.Loopback, 80), token);

        await Assert.ThrowsAsync<TunnelRefusedException>(async () => await tunnel.ReadExactlyAsync(new byte[1], token));
    }

    [Fact(Timeout = 30_000)]
    public async Task FirstCoreDead_TheSecondRouteCarries()
    {
        var token = TestContext.Current.CancellationToken;
        await using var path = await TestPath.StartAsync(token);
        await using var origin = Echo();
        var dead = path.Route with
        {
            CoreId = "dead",
            EndPoint = new IPEndPoint(TestPath.CoreAddress, Cellway.Testing.ServerProcess.FreePort()),
        };
        var unknown = path.Route with { CoreId = "core1", RouteId = new(RandomNumberGenerator.GetBytes(16)) };
        path.Routes.Known[VlessId.Of(path.Token).Hash()] = [dead, unknown, path.Route];
        using var client = path.Client();
        await using var tunnel = await client.OpenAsync(origin.Endpoint, token);

        await ExchangeAsync(tunnel, token);
        Assert.Equal(path.RouteId, Assert.Single(path.Core.Traffic()).Route);
    }

    [Fact(Timeout = 30_000)]
    public async Task IdSplitOverManyMessages_IsUnderstood()
    {
        var token = TestContext.Current.CancellationToken;
        await using var path = await TestPath.StartAsync(token);
        await using var origin = Echo();
        using var client = path.Client(method: "TunMulti");
        await using var tunnel = await client.OpenRawAsync(token);

        foreach (var single in VlessHeader.Tcp(path.Id, origin.Endpoint))
        {
            await tunnel.WriteAsync(new[] { single }, token);
        }

        await ExchangeAsync(tunnel, token);
    }

    [Fact(Timeout = 30_000)]
    public async Task CloseSessionsTo_CutsThem_AndTheNextOneWorks()
    {
        var token = TestContext.Current.CancellationToken;
        await using var path = await TestPath.StartAsync(token);
        await using var origin = Echo();
        using var client = path.Client();
        await using var before = await client.OpenAsync(origin.Endpoint, token);
        await ExchangeAsync(before, token);

        path.Entry.CloseSessionsTo("core1");

        await Assert.ThrowsAnyAsync<IOException>(async () => await before.ReadExactlyAsync(new byte[1], token));
        await using var after = await client.OpenAsync(origin.Endpoint, token);
        await ExchangeAsync(after, token);
        Assert.Equal(2, path.Routes.Lookups);
    }

    [Fact(Timeout = 30_000)]
    public async Task ManagementAway_DevicesWithinTheGraceStillConnect()
    {
        var token = TestContext.Current.CancellationToken;
        await using var path = await TestPath.StartAsync(token);
        await using var origin = Echo();
        using var client = path.Client();
        await using (var before = await client.OpenAsync(origin.Endpoint, token))
        {
            await ExchangeAsync(before, token);
        }

        path.Routes.Available = false;

        await using var after = await client.OpenAsync(origin.Endpoint, token);
        await ExchangeAsync(after, token);
    }

    [Fact(Timeout = 30_000)]
    public async Task Drain_OpenSession_IsWaitedFor_ThenCut()
    {
        var token = TestContext.Current.CancellationToken;
        await using var path = await TestPath.StartAsync(token);
        await using var origin = Echo();
        using var client = path.Client();
        await using var tunnel = await client.OpenAsync(origin.Endpoint, token);
        await ExchangeAsync(tunnel, token);

        var drain = path.Core.DrainAsync(TimeSpan.FromSeconds(2), token);
        await ExchangeAsync(tunnel, token); // still served
        await drain;

        await Assert.ThrowsAnyAsync<IOException>(async () => await tunnel.ReadExactlyAsync(new byte[1], token));

        path.Core.Reopen();
        await using var after = await client.OpenAsync(origin.Endpoint, token);
        await ExchangeAsync(after, token);
    }

    /// <summary>A session that is there ends, and the next one is refused although the route still leads there.</summary>
    private static async Task AssertCutAsync(TestPath path, Action revoke, CancellationToken token)
    {
        await using var origin = Echo();
        using var client = path.Client();
        await using var before = await client.OpenAsync(origin.Endpoint, token);
        await ExchangeAsync(before, token);

        revoke();

        await Assert.ThrowsAnyAsync<IOException>(async () => await before.ReadExactlyAsync(new byte[1], token));
        await using var after = await client.OpenAsync(origin.Endpoint, token);
        await Assert.ThrowsAsync<TunnelRefusedException>(async () => await after.ReadExactlyAsync(new byte[1], token));
    }

    private static Origin Echo() => new(async (socket, stop) =>
    {
        await using var stream = new NetworkStream(socket);
        await stream.CopyToAsync(stream, stop);
    });

    private static async Task ExchangeAsync(Stream tunnel, CancellationToken token)
    {
        var sent = RandomNumberGenerator.GetBytes(1000);
        await tunnel.WriteAsync(sent, token);
        var received = new byte[sent.Length];
        await tunnel.ReadExactlyAsync(received, token);
        Assert.Equal(sent, received);
    }
}
