using Cellway.Manager.Subscriptions.Access;

namespace Cellway.Manager.Subscriptions.Page;

/// <summary>What the page says.</summary>
internal sealed record PageContent
{
    public required DeviceAccess Access { get; init; }

    public required Allowance Allowance { get; init; }

    /// <summary>The owner's name for the device.</summary>
    public required string Device { get; init; }

    /// <summary>The subscription by every way in, the best first.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>When what apps get last changed.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>What the person holds.</summary>
    public required Platform Platform { get; init; }

    public required PageTexts Texts { get; init; }
}
