using System.Net;
using Cellway.DataPlane.Tunnel;
using Cellway.DataPlane.Tunnel.Entry;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.DataPlane.Tunnel;

public sealed class RouteCacheTests : IDisposable
{
    private static readonly Hash256 s_device = Hash256.Of("device"u8);
    private readonly FakeTimeProvider _time = new();
    private readonly Resolver _resolver = new();
    private readonly RouteCache _cache;

    public RouteCacheTests() => _cache = new(_resolver, TimeSpan.FromSeconds(60), _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Acquire_ManyAtOnce_AreOneLookup()
    {
        var leases = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _cache.AcquireAsync(s_device, Token).AsTask()));

        Assert.All(leases, Assert.NotNull);
        Assert.Equal(1, _resolver.Lookups);
    }

    [Fact]
    public async Task Grace_IsOver_NothingIsHeld()
    {
        (await _cache.AcquireAsync(s_device, Token))!.Dispose();
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, _cache.Count);

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public async Task LiveSession_IsHeld_AndServesWhileManagementIsAway()
    {
        using var first = await _cache.AcquireAsync(s_device, Token);
        _time.Advance(TimeSpan.FromHours(1));
        _resolver.Answer = RouteAnswer.Unavailable;

        using var second = await _cache.AcquireAsync(s_device, Token);

        Assert.NotNull(second);
        Assert.Equal(2, _resolver.Lookups); // it did ask: the old lookup was stale
    }

    [Fact]
    public async Task UnavailableAndNothingHeld_IsNull_AndKeepsNothing()
    {
        _resolver.Answer = RouteAnswer.Unavailable;

        Assert.Null(await _cache.AcquireAsync(s_device, Token));
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public async Task Unknown_IsNull_AndForgetsWhatWasHeld()
    {
        using var first = await _cache.AcquireAsync(s_device, Token);
        _time.Advance(TimeSpan.FromSeconds(61));
        _resolver.Answer = RouteAnswer.Unknown;

        Assert.Null(await _cache.AcquireAsync(s_device, Token));
    }

    [Fact]
    public async Task Doubt_TheNextSessionAsksAgain_AndUsesWhatIsHeldIfNobodyAnswers()
    {
        using var first = await _cache.AcquireAsync(s_device, Token);
        _resolver.Answer = RouteAnswer.Unavailable;
        _cache.Doubt(s_device);

        using var second = await _cache.AcquireAsync(s_device, Token);

        Assert.Equal(2, _resolver.Lookups);
        Assert.NotNull(second);
    }

    [Fact]
    public async Task ForgetCore_TheNextSessionAsksAgain()
    {
        using var first = await _cache.AcquireAsync(s_device, Token);
        _cache.ForgetCore("other");
        using var second = await _cache.AcquireAsync(s_device, Token);
        _cache.ForgetCore("core");
        using var third = await _cache.AcquireAsync(s_device, Token);

        Assert.Equal(2, _resolver.Lookups);
    }

    public void Dispose() => _cache.Dispose();

    private sealed class Resolver : IRouteResolver
    {
        public RouteAnswer Answer { get; set; } = RouteAnswer.Found(
            [new("core", new IPEndPoint(IPAddress.Loopback, 1), "exit.test", "cell", default, default(RouteId))]);

        public int Lookups { get; private set; }

        public async ValueTask<RouteAnswer> ResolveAsync(Hash256 credential, CancellationToken cancellationToken)
        {
            Lookups++;
            await Task.Yield();
            return Answer;
        }
    }
}
