using Cellway.Manager.Subscriptions.Choice;
using Cellway.Manager.Subscriptions.Formats;
using Cellway.Model.Contracts;

namespace Cellway.Tests.Manager.Subscriptions;

public sealed class ClientAppsTests
{
    /// <summary>A User-Agent for each row, as the app sends it or a version of it would.</summary>
    private static readonly (string Prefix, string UserAgent, string Expected)[] s_rows =
    [
        ("clash-verge", "clash-verge/v2.4.2", "Clash"),
        ("ClashMetaForAndroid", "ClashMetaForAndroid/2.11.1.Meta", "Clash"),
        ("ClashMeta", "ClashMeta/1.18", "Clash"),
        ("clash.meta", "clash.meta/1.19.13", "Clash"),
        ("ClashX Meta", "ClashX Meta/v1.4.0 (com.metacubex.ClashX.meta; build:603)", "Clash"),
        ("mihomo", "mihomo/1.19.13", "Clash"),
        ("FlClash", "FlClash/v0.8.87 clash-verge Platform/android", "Clash"),
        ("clash-nyanpasu", "clash-nyanpasu/v1.6.1", "Clash"),
        ("koala-clash", "koala-clash/v0.2.0", "Clash"),
        ("prizrak-box", "prizrak-box/1.0", "Clash"),
        ("murge", "murge/1", "Clash"),
        ("flowvy", "Flowvy/1.0.0", "Clash"),
        ("Stash", "Stash/2.7.1 Clash/1.9.0", "Clash"),
        ("clash", "ClashforWindows/0.20.39", "Clash"),
        ("SFA", "SFA/1.12.8 (567; sing-box 1.12.8; language en_US)", "SingBox"),
        ("SFI", "SFI/1.13.0-alpha.1 (1; sing-box 1.13.0-alpha.1; language ru_RU)", "SingBox"),
        ("SFM", "SFM/1.12.0 (1; sing-box 1.12.0)", "SingBox"),
        ("SFT", "SFT/1.12.0 (1; sing-box 1.12.0)", "SingBox"),
        ("Karing", "Karing/1.2.4.510 platform/android;mihomo/1.19.13;clash-verge;v2ray;sing-box 1.11.0", "SingBox"),
        ("sing-box", "sing-box 1.12.3", "SingBox"),
        ("singbox", "singbox/1.12", "SingBox"),
        ("HiddifyNext", "HiddifyNextX/3.0 (ios) like ClashMeta v2ray sing-box", "Links"),
        ("NekoBox", "NekoBox/Android/1.4.1 (Prefer ClashMeta Format)", "Links"),
        ("Throne", "Throne/1.0.8 (Prefer ClashMeta Format)", "Links"),
        ("v2rayNG", "v2rayNG/2.3.5", "Links"),
        ("v2rayN", "v2rayN/7.24.8", "Links"),
        ("Happ", "Happ/3.4.1/ios/2507181512", "Links"),
        ("Streisand", "Streisand/1.6.40", "Links"),
        ("v2raytun", "v2raytun/ios", "Links"),
        ("Shadowrocket", "Shadowrocket/2678 CFNetwork/1568", "Links"),
        ("V2Box", "V2Box 12.0", "Links"),
        ("V2rayU", "V2rayU/4.2.6", "Links"),
    ];

    [Fact]
    public void All_EveryRow_GetsItsFormat()
    {
        Assert.Equal(ClientApps.All.Select(a => a.Prefix), s_rows.Select(r => r.Prefix));
        foreach (var (prefix, userAgent, expected) in s_rows)
        {
            Assert.Equal((userAgent, prefix), (userAgent, ClientApps.Find(userAgent)?.Prefix));
            Assert.Equal((userAgent, expected), (userAgent, Choose(userAgent)?.Format.ToString()));
            Assert.Equal((userAgent, expected), (userAgent, Choose(userAgent.ToUpperInvariant())?.Format.ToString()));
        }
    }

    [Theory]
    [InlineData("SFA/1.11.15 (1; sing-box 1.11.15; language en_US)", SubscriptionFormat.SingBoxLegacy)]
    [InlineData("SFI/1.9.4 (1; sing-box 1.9.4)", SubscriptionFormat.SingBoxLegacy)]
    [InlineData("SFM/1.12 (1)", SubscriptionFormat.SingBox)]
    [InlineData("SFT/1.11.0 (1; sing-box 1.11.0-beta.3)", SubscriptionFormat.SingBoxLegacy)]
    [InlineData("sing-box/v1.11.9", SubscriptionFormat.SingBoxLegacy)]
    [InlineData("singbox/1.10", SubscriptionFormat.SingBoxLegacy)]
    [InlineData("sing-box 2", SubscriptionFormat.SingBox)]
    [InlineData("Mozilla/5.0 like v2rayNG clash", SubscriptionFormat.Links)]
    [InlineData("", SubscriptionFormat.Links)]
    internal void Choose_Versions(string userAgent, SubscriptionFormat expected) => Assert.Equal(expected, Choose(userAgent)!.Value.Format);

    [Theory]
    [InlineData("v2rayNG/1.8.28", SubscriptionFormat.Links)]
    [InlineData("v2rayNG/1.8.29", SubscriptionFormat.Xray)]
    [InlineData("v2rayN/6.39", SubscriptionFormat.Links)]
    [InlineData("v2rayN/6.40", SubscriptionFormat.Xray)]
    [InlineData("v2rayN", SubscriptionFormat.Links)]
    [InlineData("Happ/1.0", SubscriptionFormat.Xray)]
    [InlineData("Streisand", SubscriptionFormat.Xray)]
    [InlineData("Shadowrocket/2678", SubscriptionFormat.Links)]
    [InlineData("SFA/1.12.8 (567; sing-box 1.12.8)", SubscriptionFormat.SingBox)]
    internal void Choose_NetworkThatWantsXrayJson(string userAgent, SubscriptionFormat expected) =>
        Assert.Equal(expected, Choose(userAgent, preferXrayJson: true)!.Value.Format);

    [Theory]
    [InlineData("links", "", "text/html", SubscriptionFormat.Links)]
    [InlineData("base64", "", "", SubscriptionFormat.Links)]
    [InlineData("plain", "format=clash", "", SubscriptionFormat.PlainLinks)]
    [InlineData("xray", "", "", SubscriptionFormat.Xray)]
    [InlineData("json", "", "", SubscriptionFormat.Xray)]
    [InlineData("sing-box", "", "", SubscriptionFormat.SingBox)]
    [InlineData("sing-box-legacy", "", "", SubscriptionFormat.SingBoxLegacy)]
    [InlineData("clash", "", "", SubscriptionFormat.Clash)]
    [InlineData("mihomo", "", "", SubscriptionFormat.Clash)]
    [InlineData("page", "", "", SubscriptionFormat.Page)]
    [InlineData("", "a=b&format=singbox&format=clash", "text/html", SubscriptionFormat.SingBox)]
    [InlineData("", "format=nonsense", "text/html,*/*", SubscriptionFormat.Page)]
    [InlineData("", "FORMAT=clash", "*/*", SubscriptionFormat.Links)]
    internal void Choose_Overrides(string suffix, string query, string accept, SubscriptionFormat expected) =>
        Assert.Equal(expected, FormatChoice.Of(new() { Suffix = suffix, Query = query, Accept = accept }, false)!.Value.Format);

    [Fact]
    public void Choose_SuffixThatIsNoFormat_Nobodys() => Assert.Null(FormatChoice.Of(new() { Suffix = "admin" }, false));

    [Theory]
    [InlineData("Happ/3.4.1", true)]
    [InlineData("HiddifyNext/2.5.7", true)]
    [InlineData("v2rayNG/2.3.5", false)]
    public void Choose_Links_MetadataForThoseThatReadIt(string userAgent, bool expected) => Assert.Equal(expected, Choose(userAgent)!.Value.WithMetadata);

    private static ChosenFormat? Choose(string userAgent, bool preferXrayJson = false) =>
        FormatChoice.Of(new SubscriptionRequest { UserAgent = userAgent, Accept = "*/*" }, preferXrayJson);
}
