using System.Globalization;

namespace Cellway.Manager.Subscriptions.Access;

/// <summary>What a device has used and what it may.</summary>
/// <param name="Up">Bytes it has sent in this period.</param>
/// <param name="Down">Bytes it has received in this period.</param>
/// <param name="Total">Bytes it may move in a period; <see langword="null"/>: any number.</param>
/// <param name="Expires">Until when it may connect; <see langword="null"/>: for ever.</param>
/// <param name="MaxApps">Client apps that may share the subscription; <see langword="null"/>: any number.</param>
/// <param name="Spent">Whether it is refused because it has moved all that it may.</param>
internal readonly record struct Allowance(long Up, long Down, long? Total, DateTimeOffset? Expires, int? MaxApps, bool Spent = false)
{
    /// <summary>How long a device whose time is over is told so; after that its URL is nobody's.</summary>
    private static readonly TimeSpan s_toldFor = TimeSpan.FromDays(30);

    /// <summary>Whether its time is over so long that its URL is nobody's.</summary>
    public bool IsForgotten(DateTimeOffset now) => Expires is { } end && now >= end + s_toldFor;

    /// <summary>What it has hit.</summary>
    public AccessNotice Judge(DateTimeOffset now) =>
        Expires is { } end && now >= end ? AccessNotice.Expired
        : Spent || (Total is { } total && Up + Down >= total) ? AccessNotice.TrafficUsedUp
        : AccessNotice.None;

    /// <summary>As apps read it (wire.md 6.5): all four keys, 0 for no limit.</summary>
    public string ToHeader() => string.Create(
        CultureInfo.InvariantCulture, $"upload={Up}; download={Down}; total={Total ?? 0}; expire={Expires?.ToUnixTimeSeconds() ?? 0}");
}
