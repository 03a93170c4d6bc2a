using Cellway.Manager.Subscriptions.Formats;

namespace Cellway.Manager.Subscriptions.Choice;

/// <summary>An app, by how its User-Agent begins.</summary>
/// <param name="Prefix">How it begins; case does not matter.</param>
/// <param name="Format">What the app gets.</param>
internal sealed record ClientApp(string Prefix, SubscriptionFormat Format)
{
    /// <summary>Whether it reads headers at the top of a link list.</summary>
    public bool ReadsBodyMetadata { get; init; }

    /// <summary>What older versions get.</summary>
    public VersionRule? Older { get; init; }

    /// <summary>From which version on it takes an array of whole Xray configurations, for networks that want that; <see langword="null"/>: never.</summary>
    public Version? XrayJsonFrom { get; init; }
}
