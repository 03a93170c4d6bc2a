using Cellway.DataPlane.Tunnel.Entry.Reach;
using Cellway.Model.Health;

namespace Cellway.Tests.DataPlane.Tunnel;

public sealed class ReachJudgeTests
{
    [Theory]
    [InlineData("R", "R")]
    [InlineData("RU", "U")] // a try is two tries already
    [InlineData("RUR", "U")]
    [InlineData("RURR", "R")]
    [InlineData("RURURURUR", "U")] // flapping is not carrying
    [InlineData("US", "U")]
    [InlineData("UX", "X")] // another way to carry nothing is news at once
    [InlineData("RS", "R")]
    [InlineData("RSS", "S")]
    [InlineData("RSRSRS", "R")]
    [InlineData("RSSRR", "R")]
    public void Note_Tries_LeaveTheVerdict(string seen, string verdict)
    {
        var judge = new ReachJudge(2);
        foreach (var letter in seen)
        {
            var before = judge.Reach;
            Assert.Equal(judge.Note(Of(letter), 40), judge.Reach != before);
        }

        Assert.Equal(Of(verdict[0]), judge.Reach);
        Assert.Equal(verdict is "U" or "X", judge.CarriesNothing);
        Assert.Equal(verdict is "U" or "X" ? 0 : 40, judge.Milliseconds);
    }

    private static CoreReach Of(char letter) => letter switch
    {
        'R' => CoreReach.Reachable,
        'S' => CoreReach.Slow,
        'X' => CoreReach.Stalls,
        _ => CoreReach.Unreachable,
    };
}
