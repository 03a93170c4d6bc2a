using Cellway.Manager.Backups.Schedule;

namespace Cellway.Tests.Manager;

public sealed class RetentionTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Expired_MoreThanAreKept_AreTheOldest() =>
        Assert.Equal(["d", "e"], Expired([("a", 1), ("b", 2), ("c", 3), ("d", 4), ("e", 5)], _ => true, keep: 3).Order());

    [Fact]
    public void Expired_TooOld_GoButNotTheLastGoodOne() =>
        Assert.Equal(["c"], Expired([("b", 24 * 100), ("c", 24 * 200)], _ => true, keep: 10));

    [Fact]
    public void Expired_NewOnesAreNotGood_KeepsTheNewestGoodOne() =>
        Assert.Equal(["d"], Expired([("a", 1), ("b", 2), ("c", 3), ("d", 4)], name => name is "c" or "d", keep: 2));

    [Fact]
    public void Expired_NoneIsKnownToBeGood_IsNothing() => Assert.Empty(Expired([("a", 1), ("b", 24 * 500)], _ => false, keep: 1));

    private static IReadOnlyList<string> Expired((string Name, int HoursAgo)[] present, Func<string, bool> isGood, int keep) =>
        Retention.Expired([.. present.Select(p => (p.Name, s_now.AddHours(-p.HoursAgo)))], isGood, new() { Keep = keep }, s_now);
}
