using System.Text;
using Cellway.Manager.Subscriptions;
using Cellway.Model.Cells;
using Cellway.Model.Devices;

namespace Cellway.Tests.Manager;

public sealed class SubscriptionTests
{
    private static readonly SubscriptionToken Token = Parse("AAECAwQFBgcICQoLDA0ODxAREhM");
    private static readonly DeviceRecord Device = Samples.Device("d1") with { TokenHash = Token.Hash().ToString() };

    [Fact]
    public void Render_TwoWays_ExactBytes()
    {
        var id = VlessId.Of(Token);
        var access = new DeviceAccess("Тест & Co", id, [new("north 1", "a.example", 443, "sni.example", "api.v2.rpc.aa"), new("n/2", "2001:db8::1", 8443, "sni.example", "a/b=c")]);

        var lines = Encoding.UTF8.GetString(Convert.FromBase64String(Encoding.ASCII.GetString(LinkList.Render(access)))).Split('\n');

        Assert.Equal(
            [
                $"vless://{id.Reveal()}@a.example:443?encryption=none&security=tls&sni=sni.example&fp=chrome&alpn=h2&type=grpc&serviceName=api.v2.rpc.aa&mode=gun#%D0%A2%D0%B5%D1%81%D1%82%20%26%20Co%20north%201",
                $"vless://{id.Reveal()}@[2001:db8::1]:8443?encryption=none&security=tls&sni=sni.example&fp=chrome&alpn=h2&type=grpc&serviceName=a%2Fb%3Dc&mode=gun#%D0%A2%D0%B5%D1%81%D1%82%20%26%20Co%20n%2F2",
            ],
            lines);
    }

    [Fact]
    public void Of_SeveralCells_HomeFirstThenTheOtherActiveOnes()
    {
        var view = Samples.View(
            Samples.User(), Device, Samples.Cell("north", CellState.Active, "192.0.2.1:8443", "[2001:db8::1]:443"),
            Samples.Cell("a-first"), Samples.Cell("b-forming", CellState.Forming), Samples.Cell("c-retired", CellState.Retired),
            Samples.Rotation("north"), Samples.Rotation("a-first"), Samples.Rotation("b-forming"), Samples.Rotation("c-retired"));

        var access = DeviceAccess.Of(view, Token, Samples.Now)!;

        Assert.Equal("Test network", access.Title);
        Assert.Equal(
            [
                new WayIn("north 1", "192.0.2.1", 8443, "entry.north.example", "api.v2.rpc.aa"),
                new WayIn("north 2", "2001:db8::1", 443, "entry.north.example", "api.v2.rpc.aa"),
                new WayIn("a-first", "entry.a-first.example", 443, "entry.a-first.example", "api.v2.rpc.aa"),
            ],
            access.Ways);
    }

    [Fact]
    public void Of_ServiceNames_TheNewestThatIsAnnounced()
    {
        var view = Samples.View(Samples.User(), Device, Samples.Cell(), Samples.Rotation(
            "north",
            new ServiceName { Name = "old", NotBefore = Samples.Now.AddHours(-3), AnnouncedAt = Samples.Now.AddHours(-2), NotAfter = Samples.Now },
            new ServiceName { Name = "now", NotBefore = Samples.Now.AddHours(-3), AnnouncedAt = Samples.Now },
            new ServiceName { Name = "soon", NotBefore = Samples.Now.AddHours(-3), AnnouncedAt = Samples.Now.AddSeconds(1) }));

        Assert.Equal("old", Assert.Single(DeviceAccess.Of(view, Token, Samples.Now.AddSeconds(-1))!.Ways).ServiceName);
        Assert.Equal("now", Assert.Single(DeviceAccess.Of(view, Token, Samples.Now)!.Ways).ServiceName);
        Assert.Equal("soon", Assert.Single(DeviceAccess.Of(view, Token, Samples.Now.AddSeconds(1))!.Ways).ServiceName);
        Assert.Empty(DeviceAccess.Of(view, Token, Samples.Now.AddHours(-4))!.Ways);
        Assert.Empty(DeviceAccess.Of(Samples.View(Samples.User(), Device, Samples.Cell()), Token, Samples.Now)!.Ways);
    }

    [Fact]
    public void Of_DeviceThatMayNotConnect_Nothing()
    {
        Assert.Null(DeviceAccess.Of(Samples.View(Samples.User(), Samples.Cell()), Token, Samples.Now));
        Assert.Null(DeviceAccess.Of(Samples.View(Samples.User(), Samples.Cell(), Device with { Disabled = true }), Token, Samples.Now));
        Assert.Null(DeviceAccess.Of(Samples.View(Samples.User(disabled: true), Samples.Cell(), Device), Token, Samples.Now));
    }

    private static SubscriptionToken Parse(string text) => SubscriptionToken.TryParse(text, out var token) ? token : throw new ArgumentException(text);
}
