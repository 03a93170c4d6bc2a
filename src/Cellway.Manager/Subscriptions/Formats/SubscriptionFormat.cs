namespace Cellway.Manager.Subscriptions.Formats;

/// <summary>What a subscription can look like.</summary>
internal enum SubscriptionFormat
{
    /// <summary>Share links, the whole in base 64.</summary>
    Links,

    /// <summary>Share links as they are.</summary>
    PlainLinks,

    /// <summary>Whole configurations of Xray.</summary>
    Xray,

    /// <summary>A whole configuration of sing-box.</summary>
    SingBox,

    /// <summary>The same for sing-box before 1.12.</summary>
    SingBoxLegacy,

    /// <summary>A whole configuration of mihomo.</summary>
    Clash,

    /// <summary>A page for people.</summary>
    Page,
}
