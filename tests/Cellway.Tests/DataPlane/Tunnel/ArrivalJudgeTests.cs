using Cellway.DataPlane.Tunnel.Entry.Reach;
using Cellway.Model.Health;
using CsCheck;

namespace Cellway.Tests.DataPlane.Tunnel;

public sealed class ArrivalJudgeTests
{
    [Fact]
    public void Note_ClientsStayAway_CollapsedAfterTwoWindowsAndBackWithThem()
    {
        var judge = After(Enumerable.Repeat(100, 20));
        Assert.Equal(Arrivals.Normal, judge.Arrivals);

        judge.Note(2, isWell: true);
        Assert.Equal(Arrivals.Normal, judge.Arrivals); // once is nothing
        Assert.True(judge.Note(0, isWell: true));
        Assert.Equal(Arrivals.Collapsed, judge.Arrivals);
        judge.Note(20, isWell: true);
        Assert.Equal(Arrivals.Collapsed, judge.Arrivals); // a few are not yet as usual
        judge.Note(70, isWell: true);
        Assert.Equal(Arrivals.Normal, judge.Arrivals);
    }

    [Fact]
    public void Note_EntryItselfIsIll_SaysNothing()
    {
        var judge = After(Enumerable.Repeat(100, 20));

        Assert.False(judge.Note(0, isWell: false) | judge.Note(0, isWell: false) | judge.Note(0, isWell: false));

        Assert.Equal(Arrivals.Normal, judge.Arrivals);
    }

    [Fact]
    public void Note_FewClientsAtAnyTime_Idle() => Assert.Equal(Arrivals.Idle, After([3, 0, 5, 1, 0, 0, 0, 2, 0]).Arrivals);

    [Fact]
    public void Note_AwayForHours_IsWhatIsUsualNow() => Assert.Equal(Arrivals.Idle, After([.. Enumerable.Repeat(100, 20), .. Enumerable.Repeat(0, 200)]).Arrivals);

    /// <summary>Evening and night: however it goes from window to window, a change of a quarter at most never looks like a collapse.</summary>
    [Fact]
    public void Note_AnySlowChange_NeverCollapses() => Gen.Double[-0.25, 0.25].List[1, 300].Sample(changes =>
    {
        var count = 200.0;
        var judge = new ArrivalJudge(10, 0.1);
        foreach (var change in changes)
        {
            judge.Note((int)(count = Math.Clamp(count * (1 + change), 0, 100_000)), isWell: true);
            Assert.NotEqual(Arrivals.Collapsed, judge.Arrivals);
        }
    });

    private static ArrivalJudge After(IEnumerable<int> counts)
    {
        var judge = new ArrivalJudge(10, 0.1);
        foreach (var count in counts)
        {
            judge.Note(count, isWell: true);
        }

        return judge;
    }
}
