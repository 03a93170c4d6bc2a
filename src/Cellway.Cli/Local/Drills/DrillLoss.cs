namespace Cellway.Cli.Local.Drills;

/// <summary>What users lost.</summary>
/// <param name="Requests">How many they sent from the fault on.</param>
/// <param name="Failed">How many of these were not answered in time.</param>
/// <param name="LongestGap">The longest time that one client went from one answer to the next.</param>
/// <param name="Recovery">From the fault until the last failed request was over; zero when none failed.</param>
/// <param name="Recovered">Whether every client was answered after that.</param>
internal sealed record DrillLoss(int Requests, int Failed, TimeSpan LongestGap, TimeSpan Recovery, bool Recovered)
{
    /// <summary>Counts what happened from the fault on.</summary>
    /// <param name="requests">All requests.</param>
    /// <param name="fault">When the fault happened, in ticks of the clock.</param>
    /// <param name="now">Until when to look.</param>
    /// <param name="time">The clock.</param>
    public static DrillLoss Of(IReadOnlyList<DrillRequest> requests, long fault, long now, TimeProvider time)
    {
        var after = requests.Where(r => r.Ended >= fault).ToList();
        var failed = after.Where(r => !r.Answered).ToList();
        var last = failed.Count == 0 ? fault : failed.Max(r => r.Ended);
        var gap = TimeSpan.Zero;
        var recovered = true;
        foreach (var client in requests.GroupBy(r => r.Client))
        {
            var answers = client.Where(r => r.Answered && r.Ended >= fault).Select(r => r.Ended).Order().Prepend(fault).Append(now).ToList();
            gap = answers.Zip(answers.Skip(1), time.GetElapsedTime).Append(gap).Max();
            recovered &= answers[^2] > last || (failed.Count == 0 && answers.Count > 2);
        }

        return new(after.Count, failed.Count, gap, failed.Count == 0 ? TimeSpan.Zero : time.GetElapsedTime(fault, last), recovered);
    }
}
