using Cellway.Manager.Subscriptions.Access;
using Cellway.Manager.View;
using Cellway.Model.Cells;

namespace Cellway.Tests.Manager.Subscriptions;

public sealed class DeviceAccessTests
{
    private static readonly DeviceSecrets Secrets = new("id", "token", "usage");

    [Fact]
    public void Of_SeveralCells_HomeFirstThenTheOtherActiveOnesThenTheBlocked()
    {
        var view = SubscriptionFixture.View(
            Samples.Cell("north", CellState.Active, "192.0.2.1:8443", "[2001:db8::1]:443"), Samples.Cell("a-blocked") with { EntryBlockedSince = Samples.Now },
            Samples.Cell("b-other"), Samples.Cell("b-forming", CellState.Forming), Samples.Cell("c-retired", CellState.Retired));

        var access = Of(view);

        Assert.Equal("Test network", access.Title);
        Assert.Equal(
            [
                ("Test network north 1", "192.0.2.1", 8443, TransportKind.Grpc), ("Test network north 2", "2001:db8::1", 443, TransportKind.Grpc),
                ("Test network north 1 WS", "192.0.2.1", 8443, TransportKind.WebSocket), ("Test network north 2 WS", "2001:db8::1", 443, TransportKind.WebSocket),
                ("Test network b-other", "entry.b-other.example", 443, TransportKind.Grpc), ("Test network b-other WS", "entry.b-other.example", 443, TransportKind.WebSocket),
                ("Test network a-blocked", "entry.a-blocked.example", 443, TransportKind.Grpc), ("Test network a-blocked WS", "entry.a-blocked.example", 443, TransportKind.WebSocket),
            ],
            access.Ways.Select(w => (w.Name, w.Host, w.Port, w.Transport.Kind)));
        Assert.All(access.Ways, w => Assert.Equal("api.v2.rpc.aa", w.ServiceName));
        Assert.Equal("https://192.0.2.1:8443/path/token", access.WebPage);
    }

    [Fact]
    public void Of_HomeBlocked_OthersFirst()
    {
        var view = SubscriptionFixture.View(Samples.Cell() with { EntryBlockedSince = Samples.Now }, Samples.Cell("south"));

        Assert.Equal(["south", "south", "north", "north"], Of(view).Ways.Select(w => w.ServerName.Split('.')[1]));
    }

    [Fact]
    public void Of_ServiceNames_TheNewestThatIsAnnounced()
    {
        var view = SubscriptionFixture.View(Samples.Cell(), Samples.Rotation(
            "north",
            new ServiceName { Name = "old", NotBefore = Samples.Now.AddHours(-3), AnnouncedAt = Samples.Now.AddHours(-2), NotAfter = Samples.Now },
            new ServiceName { Name = "now", NotBefore = Samples.Now.AddHours(-3), AnnouncedAt = Samples.Now },
            new ServiceName { Name = "soon", NotBefore = Samples.Now.AddHours(-3), AnnouncedAt = Samples.Now.AddSeconds(1) }));

        Assert.Equal("old", Of(view, now: Samples.Now.AddSeconds(-1)).Ways[0].ServiceName);
        Assert.Equal("now", Of(view).Ways[0].ServiceName);
        Assert.Equal("soon", Of(view, now: Samples.Now.AddSeconds(1)).Ways[0].ServiceName);
        Assert.Equal(AccessNotice.NoPath, Of(view, now: Samples.Now.AddHours(-4)).Notice);
        Assert.Equal(AccessNotice.NoPath, Of(Samples.View(Samples.Cell())).Notice);
        Assert.Equal(Samples.Now.AddSeconds(1), AnnouncedName.ChangesAt(view, "north", Samples.Now));
        Assert.Equal(Samples.Now, AnnouncedName.ChangesAt(view, "north", Samples.Now.AddSeconds(-1)));
        Assert.Equal(DateTimeOffset.MaxValue, AnnouncedName.ChangesAt(view, "north", Samples.Now.AddSeconds(1)));
    }

    [Theory]
    [InlineData(AccessNotice.Expired)]
    [InlineData(AccessNotice.TrafficUsedUp)]
    [InlineData(AccessNotice.TooManyApps)]
    [InlineData(AccessNotice.NoPath)]
    internal void Of_Notice_NothingThatConnectsAndNoId(AccessNotice notice)
    {
        var access = Of(SubscriptionFixture.View(Samples.Cell()), notice);

        var way = Assert.Single(access.Ways);
        Assert.Equal((notice.Describe(), "127.0.0.1", 1), (way.Name, way.Host, way.Port));
        Assert.Equal(DeviceSecrets.NobodysId, access.Secrets.Id);
    }

    [Fact]
    public void Of_Profile_ItsTransportsAndFingerprints()
    {
        var profile = new TransportProfile { Transports = [Transport.WebSocket], Fingerprints = ["safari", "edge"] };
        var view = SubscriptionFixture.View(Samples.Cell() with { Transport = profile }, Samples.Cell("south"));

        Assert.Equal(6, DeviceAccess.Variants(view));
        Assert.Equal(["safari", "chrome", "chrome"], Of(view, variant: 2).Ways.Select(w => w.Fingerprint));
        Assert.Equal(["edge", "edge", "edge"], Of(view, variant: 5).Ways.Select(w => w.Fingerprint));
        Assert.Equal(TransportKind.WebSocket, Of(view).Ways[0].Transport.Kind);
    }

    [Fact]
    public void Of_NoName_TheNetworksId()
    {
        var view = SubscriptionFixture.View(Samples.Network with { Name = " " }, Samples.Cell());

        Assert.Equal(("testnet", "testnet north"), (Of(view).Title, Of(view).Ways[0].Name));
    }

    private static DeviceAccess Of(NetworkView view, AccessNotice notice = AccessNotice.None, int variant = 0, DateTimeOffset? now = null) =>
        DeviceAccess.Of(view, "north", variant, notice, Secrets, now ?? Samples.Now);
}
