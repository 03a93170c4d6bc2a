using System.Net;
using System.Net.Sockets;
using Cellway.DataPlane.Dialing;
using Cellway.DataPlane.Mux;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Udp;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.DataPlane.Udp;

public sealed class RoamingSessionsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Released_IsKeptForSixtySecondsAndNotLonger()
    {
        using var table = new SessionTable(_time);
        await using var roaming = Make(table);
        var device = new DeviceUse(DeviceLimits.None, _time);
        var udp = Attach(roaming, device, 1, out var client);
        roaming.Release(udp, client);

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Same(udp, Attach(roaming, device, 1, out var second));
        roaming.Release(udp, client); // the old stream's, late: the session has another client
        _time.Advance(TimeSpan.FromSeconds(100));
        Assert.False(udp.Session.Stop.IsCancellationRequested);
        roaming.Release(udp, second);
        _time.Advance(TimeSpan.FromSeconds(62));

        Assert.True(udp.Session.Stop.IsCancellationRequested);
        Assert.NotSame(udp, Attach(roaming, device, 1, out _));
        table.Dispose();
    }

    [Fact]
    public async Task SameId_OfAnotherDevice_IsAnotherSession()
    {
        using var table = new SessionTable(_time);
        await using var roaming = Make(table);

        var mine = Attach(roaming, new(DeviceLimits.None, _time), 1, out var client);
        var other = Attach(roaming, new(DeviceLimits.None, _time), 1, out _);

        Assert.NotSame(mine, other);
        Assert.False(client.Detached.IsCancellationRequested);
        table.Dispose();
    }

    [Fact]
    public async Task Moved_TellsTheOldClient()
    {
        using var table = new SessionTable(_time);
        await using var roaming = Make(table);
        var device = new DeviceUse(DeviceLimits.None, _time);
        var udp = Attach(roaming, device, 1, out var old);

        Assert.Same(udp, Attach(roaming, device, 1, out var now));

        await old.WhenDetached.WaitAsync(Token);
        Assert.False(now.Detached.IsCancellationRequested);
        table.Dispose();
    }

    [Fact]
    public async Task BeyondTheCap_OfOneDevice_IsRefused()
    {
        using var table = new SessionTable(_time);
        await using var roaming = Make(table, most: 2);
        var device = new DeviceUse(DeviceLimits.None, _time);
        Attach(roaming, device, 1, out _);
        Attach(roaming, device, 2, out _);

        Assert.Null(roaming.Attach("owner", device, 3, new MuxPacketClientSide(0, NoSink.Instance)));
        Assert.NotNull(roaming.Attach("owner", new(DeviceLimits.None, _time), 3, new MuxPacketClientSide(0, NoSink.Instance)));
        table.Dispose();
    }

    private static UdpSession Attach(RoamingSessions roaming, DeviceUse device, ulong id, out MuxPacketClientSide client)
    {
        client = new(0, NoSink.Instance);
        return roaming.Attach("owner", device, id, client)!;
    }

    private RoamingSessions Make(SessionTable table, int most = 10)
    {
        var lookup = new HostLookup(new(new(), []), new NoResolver(), TimeSpan.FromSeconds(5), _time);
        return new(new(table, lookup, TimeSpan.FromSeconds(120), fromAnyone: true), most);
    }

    private sealed class NoResolver : IHostResolver
    {
        public Task<IPAddress[]> ResolveAsync(string host, AddressFamily family, CancellationToken cancellationToken) => Task.FromResult<IPAddress[]>([]);
    }

    private sealed class NoSink : IPayloadSink
    {
        public static NoSink Instance { get; } = new();

        public ValueTask<bool> EnterAsync(CancellationToken cancellationToken) => new(false);

        public Memory<byte> GetMemory(int size) => default;

        public void Advance(int count)
        {
            // nothing is ever written: no turn is given
        }

        public ValueTask<bool> LeaveAsync(CancellationToken cancellationToken) => new(false);
    }
}
