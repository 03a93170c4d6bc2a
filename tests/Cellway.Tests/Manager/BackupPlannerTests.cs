using Cellway.Manager.Backups.Schedule;
using Cellway.Model.Backups;

namespace Cellway.Tests.Manager;

public sealed class BackupPlannerTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly BackupPlanner s_planner = new(null!, null!, null!, new() { Directories = ["/b"] }, null!, null!, null!);

    [Fact]
    public void IsDue_Never_AtOnce() => Assert.True(s_planner.IsDue([], null, s_now));

    [Theory]
    [InlineData(359, false)]
    [InlineData(360, true)]
    public void IsDue_NothingChanged_AfterSixHours(int minutesAgo, bool due) => Assert.Equal(due, s_planner.IsDue([Made(minutesAgo)], null, s_now));

    [Theory]
    [InlineData(60, 4, false)]
    [InlineData(60, 5, true)]
    [InlineData(3, 5, false)]
    public void IsDue_SomethingImportantChanged_OnceItHasSettledAndTheLastIsNotJustMade(int minutesAgo, int changedAgo, bool due) =>
        Assert.Equal(due, s_planner.IsDue([Made(minutesAgo)], s_now.AddMinutes(-changedAgo), s_now));

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void IsDue_TheLastFailed_AgainSoon(int minutesAgo, bool due) =>
        Assert.Equal(due, s_planner.IsDue([Made(30), Made(minutesAgo) with { Error = "no" }], null, s_now));

    private static BackupRecord Made(int minutesAgo) => new() { Name = "a", At = s_now.AddMinutes(-minutesAgo), Destinations = ["/b"] };
}
