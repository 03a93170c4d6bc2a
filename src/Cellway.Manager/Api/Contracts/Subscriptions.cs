namespace Cellway.Manager.Api;

/// <summary>What every subscription tells people besides their ways in.</summary>
/// <param name="Title">The network's name.</param>
/// <param name="SupportUrl">Where people find help.</param>
/// <param name="Announcement">A line shown to everybody.</param>
/// <param name="UpdateHours">How often apps read their subscription again.</param>
/// <param name="XrayJson">Whether apps with Xray inside get whole configurations instead of links.</param>
public sealed record SubscriptionInfo(string Title, string? SupportUrl, string? Announcement, int UpdateHours, bool XrayJson);

/// <summary>A change to it; what is null stays, and an empty text is none.</summary>
/// <param name="Title">The network's name, 1 to 100 characters.</param>
/// <param name="SupportUrl">An https, tg or mailto URL.</param>
/// <param name="Announcement">200 characters at most.</param>
/// <param name="UpdateHours">1 to 168.</param>
/// <param name="XrayJson">See <see cref="SubscriptionInfo"/>.</param>
public sealed record SubscriptionChange(
    string? Title = null, string? SupportUrl = null, string? Announcement = null, int? UpdateHours = null, bool? XrayJson = null);
