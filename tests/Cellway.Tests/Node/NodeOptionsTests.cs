using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Node.Hosting;
using Cellway.Pki.Requesting;

namespace Cellway.Tests.Node;

public sealed class NodeOptionsTests
{
    private static readonly NodeOptions Good = new() { Role = NodeRole.Core, StateDirectory = "state" };

    [Theory]
    [InlineData("0.0.0.0:443")]
    [InlineData("127.0.0.1:0")]
    [InlineData("[::]:443")]
    public void Validate_Usable_SaysNothing(string listen)
    {
        var token = JoinToken.New(["a:1"], Hash256.Of([])).Reveal();
        Assert.Empty((Good with { Listen = listen, JoinToken = $" {token}\n", DeclaredAddress = "192.0.2.1", BindAddress = "::1" }).Validate());
    }

    [Theory]
    [InlineData("443")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost:443")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("")]
    public void Validate_ListenAddressUnusable_NamesIt(string listen) =>
        Assert.Contains("Listen address", Assert.Single((Good with { Listen = listen }).Validate()), StringComparison.Ordinal);

    [Fact]
    public void Validate_EverythingWrong_NamesEverythingAtOnce()
    {
        var bad = new NodeOptions
        {
            Role = NodeRole.Unspecified,
            StateDirectory = " ",
            Listen = "x",
            DeclaredAddress = "host",
            BindAddress = "host",
            JoinToken = "cw1_secret",
            HeartbeatInterval = TimeSpan.Zero,
            SilenceLimit = TimeSpan.Zero,
            MinBackoff = TimeSpan.Zero,
            EnrollLimit = TimeSpan.Zero,
            RenewBefore = TimeSpan.Zero,
            CallTimeout = TimeSpan.Zero,
        };
        Assert.Equal(12, bad.Validate().Count);
        var error = Assert.Throws<NodeStartException>(bad.EnsureValid);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void ToString_WithAToken_HidesIt() =>
        Assert.DoesNotContain("cw1_", (Good with { JoinToken = "cw1_secret" }).ToString(), StringComparison.Ordinal);
}
