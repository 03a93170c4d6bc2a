using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Identities;

namespace Cellway.Manager.Subscriptions.Access;

/// <summary>What a device may use now, from which every document is rendered.</summary>
internal sealed record DeviceAccess
{
    /// <summary>The network's name, shown to people: any text.</summary>
    public required string Title { get; init; }

    /// <summary>The device's own.</summary>
    public required DeviceSecrets Secrets { get; init; }

    /// <summary>The best first; at least one. When there is a notice, one that leads nowhere and says it.</summary>
    public required IReadOnlyList<WayIn> Ways { get; init; }

    /// <summary>Why there are none.</summary>
    public AccessNotice Notice { get; init; }

    /// <summary>The page of the subscription; <see langword="null"/> when no cell has one.</summary>
    public string? WebPage { get; init; }

    /// <summary>What the operator tells everybody.</summary>
    public SubscriptionSettings Settings { get; init; } = new();

    /// <summary>Computes it.</summary>
    /// <param name="view">The network.</param>
    /// <param name="home">The device's cell.</param>
    /// <param name="variant">Which of the cells' fingerprints the device gets; see <see cref="Variants"/>.</param>
    /// <param name="notice">What the device has hit.</param>
    /// <param name="secrets">What is its own.</param>
    /// <param name="now">The time.</param>
    public static DeviceAccess Of(NetworkView view, string home, int variant, AccessNotice notice, DeviceSecrets secrets, DateTimeOffset now)
    {
        var title = TitleOf(view);
        List<WayIn> ways = notice == AccessNotice.None ? [.. EligibleCells.For(view, home).SelectMany(c => WaysInto(view, c, title, variant, now))] : [];
        notice = ways.Count == 0 && notice == AccessNotice.None ? AccessNotice.NoPath : notice;
        if (notice != AccessNotice.None)
        {
            // Not even the id: whoever may not connect needs none.
            (ways, secrets) = ([WayIn.Nowhere(notice.Describe())], secrets with { Id = DeviceSecrets.NobodysId });
        }

        return new()
        {
            Title = title,
            Secrets = secrets,
            Ways = ways,
            Notice = notice,
            WebPage = EligibleCells.SubscriptionUrls(view, home, secrets.Token).FirstOrDefault(),
            Settings = view.Network!.Subscriptions ?? new(),
        };
    }

    /// <summary>In how many ways fingerprints can be mixed: the least number that every cell's list divides, as long as it is small.</summary>
    public static int Variants(NetworkView view)
    {
        const int Most = 60;
        var all = view.Cells.Values.Where(c => c.State == CellState.Active).Select(c => ProfileOf(c).Fingerprints.Count).Distinct();
        return Math.Min(Most, all.Aggregate(1, (a, b) => a / (int)System.Numerics.BigInteger.GreatestCommonDivisor(a, b) * b));
    }

    public static string TitleOf(NetworkView view) => string.IsNullOrWhiteSpace(view.Network!.Name) ? view.Network.Id : view.Network.Name;

    private static TransportProfile ProfileOf(CellRecord cell) => cell.Transport ?? TransportProfile.Default;

    private static IEnumerable<WayIn> WaysInto(NetworkView view, CellRecord cell, string title, int variant, DateTimeOffset now)
    {
        if (AnnouncedName.Of(view, cell.Id, now) is not { } name)
        {
            yield break;
        }

        var profile = ProfileOf(cell);
        var fingerprint = profile.Fingerprints[variant % profile.Fingerprints.Count];
        var addresses = cell.WaysIn();
        foreach (var transport in profile.Transports)
        {
            for (var i = 0; i < addresses.Count; i++)
            {
                string?[] words =
                [
                    title, cell.Id, addresses.Count == 1 ? null : (i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture),
                    transport.Kind == TransportKind.WebSocket ? "WS" : null,
                ];
                yield return new(
                    string.Join(' ', words.Where(w => w is not null)), addresses[i].Host, addresses[i].Port, cell.EntryDomain, name.Name, transport, fingerprint);
            }
        }
    }
}
