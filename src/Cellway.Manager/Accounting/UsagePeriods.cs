using Cellway.Model.Usage;

namespace Cellway.Manager.Accounting;

/// <summary>Which period a report belongs to.</summary>
internal static class UsagePeriods
{
    /// <summary>
    /// The period that the Core names, which carried the bytes and may have been cut off since. But no later than the present one
    /// and no earlier than the one before, whatever its clock says, and never back: its reports come in order.
    /// </summary>
    /// <param name="named">The first day of the period, by the Core's clock.</param>
    /// <param name="last">The period of its last report; <see langword="null"/> when there was none.</param>
    /// <param name="now">By management's clock.</param>
    /// <param name="day">On which day periods begin.</param>
    public static UsagePeriod Of(DateOnly named, UsagePeriod? last, DateTimeOffset now, int day)
    {
        var present = UsagePeriod.Of(now, day);
        var earliest = last is { } before && before > present.Previous ? before : present.Previous;
        var wanted = UsagePeriod.Of(new DateTimeOffset(named, default, TimeSpan.Zero), day);
        var latest = present > earliest ? present : earliest; // this replica may be behind the one that took the last report
        return wanted < earliest ? earliest : wanted > latest ? latest : wanted;
    }
}
