using System.Text;
using Cellway.Cli.Client.Links;
using Cellway.Tests.Manager;
using Cellway.Tests.Manager.Subscriptions;

namespace Cellway.Tests.Cli.Client;

/// <summary>The client reads whatever management renders, in every format, to the same ways in.</summary>
public sealed class SubscriptionFormatsTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("xray")]
    [InlineData("sing-box")]
    [InlineData("sing-box-legacy")]
    [InlineData("clash")]
    public async Task Read_EveryFormat_TheSameWaysAsTheLinkList(string format)
    {
        await using var subscriptions = await SubscriptionFixture.StartAsync(SubscriptionFixture.Network);

        var expected = await ReadAsync(subscriptions, "links");
        var read = await ReadAsync(subscriptions, format);

        Assert.Equal(4, expected.Links.Count); // two addresses, two more cells; the other four are WebSockets
        Assert.Equal(expected.Links.Select(l => l with { Name = "" }), read.Links.Select(l => l with { Name = "" }));
        Assert.All(read.Skipped, f => Assert.Equal(ShareLinkFault.UnsupportedTransport, f));
    }

    [Theory]
    [InlineData("links")]
    [InlineData("xray")]
    [InlineData("sing-box")]
    [InlineData("clash")]
    public async Task Read_Notice_OneWayWithItsText(string format)
    {
        await using var subscriptions = await SubscriptionFixture.StartAsync(SubscriptionFixture.Network);
        subscriptions.Allowance = new(0, 0, null, Samples.Now, null);

        var link = Assert.Single((await ReadAsync(subscriptions, format)).Links);

        Assert.Contains("Your access has expired", link.Name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[1,null,{\"outbounds\":[{\"protocol\":\"vless\"},{\"type\":\"vless\",\"tls\":5}]}]")]
    [InlineData("{\"outbounds\":[{\"type\":\"vless\"}],\"outbounds\":1}")]
    [InlineData("proxies:")]
    [InlineData("proxies: [{type: vless}, 5, {type: vless, type: vless}]")]
    [InlineData("proxies: &a [*a]")]
    [InlineData("a: b\n\tproxies: {")]
    public void Read_Broken_NoLinks(string text) => Assert.Empty(LinkListBody.Read(Encoding.UTF8.GetBytes(text)).Links);

    [Fact]
    public void Read_VeryDeep_NoLinks()
    {
        Assert.Empty(LinkListBody.Read(Encoding.UTF8.GetBytes("proxies: " + new string('[', 100_000))).Links);
        Assert.Empty(LinkListBody.Read(Encoding.UTF8.GetBytes(new string('[', 100_000))).Links);
    }

    private static async Task<LinkListBody> ReadAsync(SubscriptionFixture subscriptions, string format) =>
        LinkListBody.Read((await subscriptions.AskAsync("", r => r.Suffix = format))!.Body.Span);
}
