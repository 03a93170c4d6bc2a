using Cellway.Manager.Subscriptions.Formats;

namespace Cellway.Manager.Subscriptions.Choice;

/// <summary>The apps and their versions, in the order in which they are tried (wire.md 6.6). Who is not here gets links.</summary>
/// <remarks>Only how a User-Agent begins counts: several apps name others' behind their own.</remarks>
internal static class ClientApps
{
    private static readonly VersionRule s_singBox = new("sing-box", new(1, 12, 0), SubscriptionFormat.SingBoxLegacy);

    public static readonly IReadOnlyList<ClientApp> All =
    [
        // mihomo and what is built on it
        new("clash-verge", SubscriptionFormat.Clash),
        new("ClashMetaForAndroid", SubscriptionFormat.Clash),
        new("ClashMeta", SubscriptionFormat.Clash),
        new("clash.meta", SubscriptionFormat.Clash),
        new("ClashX Meta", SubscriptionFormat.Clash),
        new("mihomo", SubscriptionFormat.Clash),
        new("FlClash", SubscriptionFormat.Clash),
        new("clash-nyanpasu", SubscriptionFormat.Clash),
        new("koala-clash", SubscriptionFormat.Clash),
        new("prizrak-box", SubscriptionFormat.Clash),
        new("murge", SubscriptionFormat.Clash),
        new("flowvy", SubscriptionFormat.Clash),
        new("Stash", SubscriptionFormat.Clash),
        new("clash", SubscriptionFormat.Clash),

        // sing-box; its apps name the core's version behind their own
        new("SFA", SubscriptionFormat.SingBox) { Older = s_singBox },
        new("SFI", SubscriptionFormat.SingBox) { Older = s_singBox },
        new("SFM", SubscriptionFormat.SingBox) { Older = s_singBox },
        new("SFT", SubscriptionFormat.SingBox) { Older = s_singBox },
        new("Karing", SubscriptionFormat.SingBox),
        new("sing-box", SubscriptionFormat.SingBox) { Older = s_singBox },
        new("singbox", SubscriptionFormat.SingBox) { Older = s_singBox with { Behind = "singbox" } },

        // what reads links best, whatever is inside
        new("HiddifyNext", SubscriptionFormat.Links) { ReadsBodyMetadata = true }, // HiddifyNextX too
        new("NekoBox", SubscriptionFormat.Links),
        new("Throne", SubscriptionFormat.Links),
        new("v2rayNG", SubscriptionFormat.Links) { XrayJsonFrom = new(1, 8, 29) }, // older ones reverse the order
        new("v2rayN", SubscriptionFormat.Links) { XrayJsonFrom = new(6, 40, 0) },
        new("Happ", SubscriptionFormat.Links) { ReadsBodyMetadata = true, XrayJsonFrom = new(0, 0, 0) },
        new("Streisand", SubscriptionFormat.Links) { XrayJsonFrom = new(0, 0, 0) },
        new("v2raytun", SubscriptionFormat.Links),
        new("Shadowrocket", SubscriptionFormat.Links),
        new("V2Box", SubscriptionFormat.Links),
        new("V2rayU", SubscriptionFormat.Links),
    ];

    public static ClientApp? Find(ReadOnlySpan<char> userAgent)
    {
        foreach (var app in All)
        {
            if (userAgent.StartsWith(app.Prefix, StringComparison.OrdinalIgnoreCase))
            {
                return app;
            }
        }

        return null;
    }
}
