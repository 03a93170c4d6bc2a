using Cellway.Manager.Subscriptions.Formats;
using Cellway.Model.Contracts;

namespace Cellway.Manager.Subscriptions.Choice;

/// <summary>Which format a request gets: what its path or query says, a page for browsers, what its app reads best.</summary>
internal static class FormatChoice
{
    /// <returns><see langword="null"/> when the path ends in a name that is no format: nobody's.</returns>
    public static ChosenFormat? Of(SubscriptionRequest request, bool preferXrayJson)
    {
        var userAgent = request.UserAgent;
        var app = ClientApps.Find(userAgent);
        if (request.Suffix.Length > 0)
        {
            return Named(request.Suffix, userAgent) is { } wanted ? With(wanted, app) : null;
        }

        // A query may carry what others appended to it, so what is not understood there does not count.
        if (FormatIn(request.Query) is { } name && Named(name, userAgent) is { } named)
        {
            return With(named, app);
        }

        if (request.Accept.Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            return new(SubscriptionFormat.Page);
        }

        if (app is null)
        {
            return new(SubscriptionFormat.Links);
        }

        if (preferXrayJson && app.XrayJsonFrom is { } from && (VersionRule.VersionIn(userAgent, app.Prefix) ?? new(0, 0, 0)) >= from)
        {
            return new(SubscriptionFormat.Xray);
        }

        return With(app.Older is { } older && older.AppliesTo(userAgent) ? older.Format : app.Format, app);
    }

    private static ChosenFormat With(SubscriptionFormat format, ClientApp? app) =>
        new(format, format is SubscriptionFormat.Links or SubscriptionFormat.PlainLinks && app is { ReadsBodyMetadata: true });

    private static SubscriptionFormat? Named(string name, string userAgent) => name switch
    {
        "links" or "base64" => SubscriptionFormat.Links,
        "plain" => SubscriptionFormat.PlainLinks,
        "xray" or "json" => SubscriptionFormat.Xray,
        "sing-box" or "singbox" => ClientApps.Find(userAgent)?.Older is { } older && older.AppliesTo(userAgent) ? older.Format : SubscriptionFormat.SingBox,
        "sing-box-legacy" => SubscriptionFormat.SingBoxLegacy,
        "clash" or "mihomo" => SubscriptionFormat.Clash,
        "page" => SubscriptionFormat.Page,
        _ => null,
    };

    private static string? FormatIn(string query)
    {
        const string Key = "format=";
        foreach (var range in query.AsSpan().Split('&'))
        {
            if (query.AsSpan(range) is var parameter && parameter.StartsWith(Key, StringComparison.Ordinal))
            {
                return parameter[Key.Length..].ToString();
            }
        }

        return null;
    }
}
