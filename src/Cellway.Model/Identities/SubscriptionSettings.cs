namespace Cellway.Model.Identities;

/// <summary>What every subscription of a network tells people besides their ways in.</summary>
public sealed record SubscriptionSettings
{
    /// <summary>How often apps read their subscription again, if nobody says otherwise: twice a day, while service names change more slowly.</summary>
    public const int DefaultUpdateHours = 12;

    /// <summary>Where people find help, an https or tg URL; <see langword="null"/>: nowhere.</summary>
    public string? SupportUrl { get; init; }

    /// <summary>A line shown to everybody; at most <see cref="MaxAnnouncement"/> characters.</summary>
    public string? Announcement { get; init; }

    /// <summary>How often apps read their subscription again, in hours; 1 to 168.</summary>
    public int UpdateHours { get; init; } = DefaultUpdateHours;

    /// <summary>Whether apps with Xray inside get whole configurations, which can fall over by themselves, where they understand them. Default no: links.</summary>
    public bool XrayJson { get; init; }

    /// <summary>What Happ shows of an announcement (wire.md 6.5).</summary>
    public const int MaxAnnouncement = 200;
}
