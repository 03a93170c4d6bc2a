using System.Collections.Immutable;
using Cellway.Cli.Client.Links;

namespace Cellway.Cli.Client.Tunneling;

/// <summary>The links of a subscription at one time, best first. Immutable.</summary>
/// <param name="All">In the subscription's order.</param>
/// <param name="Preferred">The one that worked last.</param>
internal sealed record WaysIn(ImmutableArray<WayIn> All, WayIn? Preferred)
{
    /// <summary>Those that may be tried now, in the order in which to try them.</summary>
    public IEnumerable<WayIn> Due => All.OrderByDescending(w => ReferenceEquals(w, Preferred)).Where(w => w.IsDue);

    /// <summary>Takes over a new list: what stays keeps its connections, what is gone is to be retired.</summary>
    public WaysIn Replace(IReadOnlyList<ShareLink> links, Func<ShareLink, WayIn> make, out IReadOnlyList<WayIn> gone)
    {
        var all = links.Select(l => All.FirstOrDefault(w => w.Link == l) ?? make(l)).ToImmutableArray();
        gone = [.. All.Except(all)];
        return new(all, Preferred is not null && all.Contains(Preferred) ? Preferred : null);
    }
}
