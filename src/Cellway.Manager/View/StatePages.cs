using System.Globalization;
using System.Runtime.CompilerServices;
using Cellway.Model.State;

namespace Cellway.Manager.View;

/// <summary>Reads what the view shows in pieces, so that a million records are never in memory twice, and indexes not at all.</summary>
/// <remarks>
/// Each piece is true at a revision of its own. Whoever watches from the first one's on brings all of them to one moment, if
/// changes that a piece has seen already are left out: <see cref="HasSeen"/>.
/// </remarks>
internal sealed class StatePages(IStateStore store, StateKeys keys)
{
    private const string IdStarts = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const string HexStarts = "0123456789abcdef";

    private const int MonthLength = 7; // yyyy-MM

    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private long _newest;

    /// <summary>Users come before devices, so that the devices find them. Of usage, only what may be this period's and the one before's.</summary>
    public async IAsyncEnumerable<StateSnapshot> ReadAsync(DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The next one is on its way while one is taken in: the store is another process.
        string[] pages = [.. Pages(RecentMonths(now))];
        var next = ListAsync(pages[0], cancellationToken);
        for (var i = 0; i < pages.Length; i++)
        {
            var snapshot = await next;
            _seen[pages[i]] = snapshot.Revision;
            _newest = Math.Max(_newest, snapshot.Revision);
            next = i + 1 < pages.Length ? ListAsync(pages[i + 1], cancellationToken) : next;
            yield return snapshot;
        }
    }

    private Task<StateSnapshot> ListAsync(string page, CancellationToken cancellationToken) =>
        Task.Run(() => store.ListAsync(keys.Prefix + page, cancellationToken).AsTask(), cancellationToken);

    /// <summary>Whether the piece that the key belongs to was read at <paramref name="revision"/> or later.</summary>
    public bool HasSeen(string key, long revision)
    {
        if (revision > _newest)
        {
            return false;
        }

        var path = key.AsSpan(keys.Prefix.Length);
        var lookup = _seen.GetAlternateLookup<ReadOnlySpan<char>>();
        var folder = path.IndexOf('/') + 1;
        return (lookup.TryGetValue(path[..Math.Min(folder + 1, path.Length)], out var seen)
            || lookup.TryGetValue(path[..Math.Min(folder + MonthLength, path.Length)], out seen)
            || lookup.TryGetValue(path[..folder], out seen)
            || lookup.TryGetValue(path, out seen)) && revision <= seen;
    }

    private static IEnumerable<string> Pages(IEnumerable<string> months) =>
    [
        "network", "leader", "trust", "restored", StateKeys.Folders.Authorities, StateKeys.Folders.Cells, StateKeys.Folders.Rotations, StateKeys.Folders.Participants, StateKeys.Folders.CellReturns,
        StateKeys.Folders.Replicas, StateKeys.Folders.Endpoints, StateKeys.Folders.Backups,
        StateKeys.Folders.LifeSigns, StateKeys.Folders.Incidents, StateKeys.Folders.Regenerations, StateKeys.Folders.Workers,
        .. Below(StateKeys.Folders.JoinTokens, HexStarts),
        .. Below(StateKeys.Folders.Certificates, HexStarts),
        .. Below(StateKeys.Folders.Nodes, IdStarts),
        .. Below(StateKeys.Folders.Sessions, IdStarts),
        .. Below(StateKeys.Folders.EntryReports, IdStarts),
        .. Below(StateKeys.Folders.Users, IdStarts),
        .. Below(StateKeys.Folders.Devices, IdStarts),
        StateKeys.Folders.SpentReserves,
        .. Below(StateKeys.Folders.SpentDevices, IdStarts),
        .. Below(StateKeys.Folders.Usage, IdStarts),
        .. months.Select(month => StateKeys.Folders.UsagePages + month),
    ];

    // Periods are named by their first day, which may be in this month or in either of the two before it.
    private static IEnumerable<string> RecentMonths(DateTimeOffset now) =>
        Enumerable.Range(0, 3).Select(i => now.UtcDateTime.AddMonths(-i).ToString("yyyy-MM", CultureInfo.InvariantCulture));

    private static IEnumerable<string> Below(string folder, string starts) => starts.Select(c => folder + c);
}
