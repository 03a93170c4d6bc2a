using Cellway.Manager.Api;
using Cellway.Manager.View;
using Cellway.Model.Usage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Accounting;

/// <summary>The admin API's usage.</summary>
internal static class UsageEndpoints
{
    public static void MapUsage(this IEndpointRouteBuilder admin) => admin.MapGet("/usage", ShowAsync);

    private static async Task<UsageInfo> ShowAsync(
        string? user, string? device, string? core, string? participant, string? period,
        NetworkViewFeed feed, UsageHistory history, TimeProvider time, CancellationToken cancellationToken)
    {
        var view = feed.Current;
        if (new[] { user, device, core, participant }.Count(f => f is not null) > 1)
        {
            throw AdminException.Invalid("Ask for a user, a device, a core or a participant, not for several.");
        }

        var wanted = view.PeriodAt(time.GetUtcNow());
        if (period is not null && !UsagePeriod.TryParse(period, view.Network?.PeriodDay ?? 1, out wanted))
        {
            throw AdminException.Invalid($"“{period}” is not a period: write the month it begins in, like 2026-11.");
        }

        RequireKnown(view, user, device, core, participant);
        var parts = await history.PartsOfAsync(view, wanted, cancellationToken);
        var rows = user is not null ? UsageRows.OfUser(view, parts, user)
            : device is not null ? UsageRows.OfDevice(view, parts, device)
            : core is not null ? UsageRows.OfCore(view, parts, core)
            : participant is not null ? UsageRows.OfParticipant(view, parts, participant)
            : UsageRows.OfCores(view, parts);
        List<UsageRow> ordered = [.. rows.OrderByDescending(r => r.BytesUp + r.BytesDown).ThenBy(r => r.Device, StringComparer.Ordinal).ThenBy(r => r.Core, StringComparer.Ordinal)];
        var counted = ordered.Where(r => participant is null || r.Core is not null).ToList();
        return new(wanted.ToString(), wanted.End, ordered, counted.Sum(r => r.BytesUp), counted.Sum(r => r.BytesDown));
    }

    private static void RequireKnown(NetworkView view, string? user, string? device, string? core, string? participant)
    {
        if (user is not null && view.Accounts.FindUser(user) is null)
        {
            throw AdminException.NotFound($"There is no user {user}: see “cellway user list”.");
        }

        if (device is not null && device != DeviceBytes.Former && view.Accounts.FindDevice(device) is null)
        {
            throw AdminException.NotFound($"There is no device {device}: see “cellway device list”.");
        }

        if (core is not null && !(view.Nodes.TryGetValue(core, out var node) && node.Role == Model.Identities.Role.Core))
        {
            throw AdminException.NotFound($"There is no Core {core}: see “cellway node list”.");
        }

        if (participant is not null && !view.Participants.ContainsKey(participant))
        {
            throw AdminException.NotFound($"There is no participant {participant}: see “cellway participant list”.");
        }
    }
}
