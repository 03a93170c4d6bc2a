namespace Cellway.Manager.Backups.Schedule;

/// <summary>Which backups have had their time.</summary>
internal static class Retention
{
    /// <param name="present">The backups at one destination, by their times.</param>
    /// <param name="isGood">Whether one is known to be whole.</param>
    /// <param name="options">How many are kept, and for how long.</param>
    /// <param name="now">The time.</param>
    /// <returns>Those to delete; never the newest good one, nor any while none is known to be good.</returns>
    public static IReadOnlyList<string> Expired(
        IReadOnlyCollection<(string Name, DateTimeOffset At)> present, Func<string, bool> isGood, BackupOptions options, DateTimeOffset now)
    {
        List<(string Name, DateTimeOffset At)> newestFirst = [.. present.OrderByDescending(p => p.At)];
        var lastGood = newestFirst.FindIndex(p => isGood(p.Name));
        return lastGood < 0
            ? []
            : [.. newestFirst.Where((p, i) => i != lastGood && (i >= options.Keep || now - p.At > options.KeepFor)).Select(p => p.Name)];
    }
}
