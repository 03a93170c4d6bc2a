using System.Net;
using System.Net.Sockets;
using Cellway.DataPlane.Tunnel;
using Cellway.DataPlane.Tunnel.Entry.Reach;
using Cellway.Model.Devices;
using Cellway.Model.Health;
using Cellway.Testing;

namespace Cellway.IntegrationTests.DataPlane;

/// <summary>A real Entry and a real Core with a bad network between them.</summary>
public sealed class ReachTests
{
    private static readonly ReachOptions Quick = new()
    {
        Every = TimeSpan.FromSeconds(0.5), AnswerWithin = TimeSpan.FromSeconds(1), DoubtAfter = TimeSpan.FromSeconds(1), RetryEvery = TimeSpan.FromSeconds(1),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task Session_CoreInUse_IsFoundReachable()
    {
        await using var path = await StartAsync();
        await using var origin = Echo();
        using var client = path.Client();
        await using var tunnel = await client.OpenAsync(origin.Endpoint, Token);

        await FoundAsync(path, CoreReach.Reachable);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(CoreReach.Unreachable)]
    [InlineData(CoreReach.Stalls)]
    [InlineData(CoreReach.Refused)]
    public async Task NetworkFails_ReachIsNamed_SessionsEnd_NewOnesGoToTheNextCore_AndBackWhenItHeals(CoreReach failure)
    {
        await using var path = await StartAsync();
        await using var proxy = new FaultProxy(path.Core.Endpoint, TestPath.EntryAddress);
        path.Routes.Known[VlessId.Of(path.Token).Hash()] = [Through(path, proxy), path.Route];
        await using var origin = Echo();
        using var client = path.Client();
        await using var tunnel = await client.OpenAsync(origin.Endpoint, Token);
        await FoundAsync(path, CoreReach.Reachable);

        switch (failure)
        {
            case CoreReach.Unreachable: proxy.Partition(); break;
            case CoreReach.Stalls: proxy.FreezeAfter(16 * 1024); break;
            default: proxy.Refuse(); break;
        }

        await FoundAsync(path, failure);
        await Assert.ThrowsAnyAsync<IOException>(async () => await tunnel.ReadExactlyAsync(new byte[1], Token)); // not left hanging
        await using (var other = await client.OpenAsync(origin.Endpoint, Token))
        {
            await AnsweredAsync(other);
        }

        proxy.Heal();
        await FoundAsync(path, CoreReach.Reachable);
    }

    [Fact(Timeout = 45_000)]
    public async Task NameIsBlocked_NoHandshakeIsLeft_AllItsCoresAreFoundUnreachable()
    {
        await using var path = await TestPath.StartAsync(Token, configureEntry: o => o with { Reach = Quick, RouteGrace = TimeSpan.Zero });
        await using var origin = Echo();
        using var client = path.Client();
        List<FaultProxy> proxies = [];
        List<Cellway.DataPlane.Tunnel.Client.TunnelStream> tunnels = [];
        string[] cores = ["a", "b", "c"]; // a handshake each: no other is allowed for a minute
        foreach (var core in cores)
        {
            proxies.Add(new(path.Core.Endpoint, TestPath.EntryAddress));
            path.Routes.Known[VlessId.Of(path.Token).Hash()] = [Through(path, proxies[^1]) with { CoreId = core }];
            tunnels.Add(await client.OpenAsync(origin.Endpoint, Token));
            await AnsweredAsync(tunnels[^1]);
        }

        proxies.ForEach(p => p.Partition());

        while (!cores.All(c => path.Entry.CoreFindings().Any(f => f.CoreId == c && f.Reach == CoreReach.Unreachable)))
        {
            await Task.Delay(20, Token);
        }

        foreach (var tunnel in tunnels)
        {
            await Assert.ThrowsAnyAsync<IOException>(async () => await tunnel.ReadExactlyAsync(new byte[1], Token));
            await tunnel.DisposeAsync();
        }

        foreach (var proxy in proxies)
        {
            await proxy.DisposeAsync();
        }
    }

    private static Task<TestPath> StartAsync() => TestPath.StartAsync(Token, configureEntry: o => o with { Reach = Quick }, configure: o => o);

    // The Core takes its network face from the address that the proxy comes from.
    private static CoreRoute Through(TestPath path, FaultProxy proxy) => path.Route with { CoreId = "behind", EndPoint = new IPEndPoint(IPAddress.Loopback, proxy.Port) };

    private static async Task FoundAsync(TestPath path, CoreReach reach)
    {
        while (!path.Entry.CoreFindings().Any(f => f.Reach == reach && (path.Routes.Known.Values.First().Count == 1 || f.CoreId == "behind")))
        {
            await Task.Delay(20, Token);
        }
    }

    private static async Task AnsweredAsync(Stream tunnel)
    {
        await tunnel.WriteAsync(new byte[] { 7 }, Token);
        var answer = new byte[1];
        await tunnel.ReadExactlyAsync(answer, Token);
        Assert.Equal(7, answer[0]);
    }

    private static Origin Echo() => new(async (socket, stop) =>
    {
        await using var stream = new NetworkStream(socket);
        await stream.CopyToAsync(stream, stop);
    });
}
