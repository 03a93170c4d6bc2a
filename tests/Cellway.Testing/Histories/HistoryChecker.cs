namespace Cellway.Testing.Histories;

/// <summary>Finds what in a history could not be if management kept its word.</summary>
public static class HistoryChecker
{
    /// <returns>A sentence per violation; empty for a good history.</returns>
    public static IReadOnlyList<string> Check(History history) =>
    [
        .. history.Surprises,
        .. WriteChecks.Check(history.Writes, history.Facts),
        .. TokenChecks.Check(history.Enrollments, history.Facts),
        .. TokenChecks.CheckAdmissions(history.Admissions, history.Enrollments),
        .. LookupChecks.Check(history.Lookups, history.Writes),
        .. LeaderChecks.Check(history.Leading, history.Facts),
        .. history.Watches.SelectMany(watch => WatchChecks.Check(watch, history.Changes)),
    ];
}
