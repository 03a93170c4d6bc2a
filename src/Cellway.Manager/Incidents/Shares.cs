namespace Cellway.Manager.Incidents;

/// <summary>Since when a share of many has been so, from since when each of them has: no memory is needed, and a new leader judges as the old one did.</summary>
internal static class Shares
{
    /// <summary>How many of <paramref name="of"/> the share is, at least one.</summary>
    public static int Needed(double share, int of) => Math.Max(1, (int)Math.Ceiling((share * of) - 1e-9));

    /// <summary>When the last of those who are needed joined; <see langword="null"/> while there are too few.</summary>
    public static DateTimeOffset? SinceWhen(IEnumerable<DateTimeOffset?> each, int needed)
    {
        var sorted = each.OfType<DateTimeOffset>().Order().ToList();
        return needed >= 1 && sorted.Count >= needed ? sorted[needed - 1] : null;
    }
}
