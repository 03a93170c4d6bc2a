using Cellway.Manager.Api;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Subscriptions;

/// <summary>The admin API's settings of all subscriptions.</summary>
internal static class SubscriptionEndpoints
{
    private const int MaxTitle = 100;
    private const int MaxUrl = 300;
    private const int MaxHours = 168;

    public static void MapSubscriptions(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/subscriptions", (NetworkViewFeed feed) => Show(feed.Current.Network!));
        admin.MapPatch("/subscriptions", ChangeAsync);
    }

    private static async Task<SubscriptionInfo> ChangeAsync(SubscriptionChange change, NetworkWriter writer, NetworkViewFeed feed, CancellationToken cancellationToken)
    {
        Require(change.Title is null || (!string.IsNullOrWhiteSpace(change.Title) && change.Title.Length <= MaxTitle), $"A title has 1 to {MaxTitle} characters.");
        Require(change.SupportUrl is null or "" || IsUrl(change.SupportUrl), $"“{change.SupportUrl}” is not where people could find help: write an https://, tg:// or mailto: URL.");
        Require((change.Announcement?.Length ?? 0) <= SubscriptionSettings.MaxAnnouncement, $"An announcement has {SubscriptionSettings.MaxAnnouncement} characters at most.");
        Require(change.UpdateHours is null or (>= 1 and <= MaxHours), $"Apps can read their subscription every 1 to {MaxHours} hours.");
        var changed = await writer.ChangeAsync<NetworkRecord>(_ => writer.Keys.Network, feed.Current.Network!.Id, Apply, cancellationToken);
        return Show(changed!);

        NetworkRecord Apply(NetworkRecord before)
        {
            var settings = before.Subscriptions ?? new();
            return before with
            {
                Name = change.Title ?? before.Name,
                Subscriptions = new()
                {
                    SupportUrl = Changed(settings.SupportUrl, change.SupportUrl is { Length: > 0 } url ? new Uri(url).AbsoluteUri : change.SupportUrl),
                    Announcement = Changed(settings.Announcement, change.Announcement),
                    UpdateHours = change.UpdateHours ?? settings.UpdateHours,
                    XrayJson = change.XrayJson ?? settings.XrayJson,
                },
            };
        }
    }

    private static string? Changed(string? before, string? wanted) => wanted is null ? before : wanted.Length == 0 ? null : wanted;

    private static bool IsUrl(string text) => text.Length <= MaxUrl && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("https" or "tg" or "mailto");

    private static SubscriptionInfo Show(NetworkRecord network)
    {
        var settings = network.Subscriptions ?? new();
        return new(network.Name, settings.SupportUrl, settings.Announcement, settings.UpdateHours, settings.XrayJson);
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw AdminException.Invalid(message);
        }
    }
}
