using System.Net;
using Cellway.Model.Cells;

namespace Cellway.Manager.View;

/// <summary>The cells by whose entries a device may come in, as pure functions of one view.</summary>
internal static class EligibleCells
{
    /// <summary>Any Entry serves any client, so every active cell is a way in: those whose entries are blocked last, the device's own first.</summary>
    public static IEnumerable<CellRecord> For(NetworkView view, string home) => view.Cells.Values
        .Where(c => c.State == CellState.Active)
        .OrderBy(c => c.EntryBlockedSince is not null)
        .ThenBy(c => c.Id != home)
        .ThenBy(c => c.Id, StringComparer.Ordinal);

    /// <summary>A subscription's URL by every way in, the best first: the others are mirrors for the day it is blocked.</summary>
    public static IEnumerable<string> SubscriptionUrls(NetworkView view, string home, string token) =>
        For(view, home).SelectMany(c => c.WaysIn().Select(w => UrlOf(c, w, token)).Distinct());

    private static string UrlOf(CellRecord cell, HostPort way, string token)
    {
        // A certificate that is trusted by all names no address.
        var name = cell.EntryCertificate.PrivateRoot is null && IPAddress.TryParse(way.Host, out _) ? cell.EntryDomain : way.Host;
        var host = name.Contains(':', StringComparison.Ordinal) ? $"[{name}]" : name;
        return new UriBuilder(Uri.UriSchemeHttps, host, way.Port, $"{cell.SubscriptionPath}/{token}").Uri.AbsoluteUri; // without the port if it is 443
    }
}
