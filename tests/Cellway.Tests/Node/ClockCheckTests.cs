using Cellway.Node.Enrollment;
using Cellway.Node.Hosting;

namespace Cellway.Tests.Node;

public sealed class ClockCheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0)]
    [InlineData(299)]
    [InlineData(-300)]
    public void EnsureClose_Close_Passes(int seconds) => ClockCheck.EnsureClose(Now.AddSeconds(seconds).ToString("r"), Now);

    [Theory]
    [InlineData(86400)]
    [InlineData(-86400)]
    [InlineData(301)]
    public void EnsureClose_Far_SaysBothTimesAndWhatToDo(int seconds)
    {
        var theirs = Now.AddSeconds(seconds);

        var e = Assert.Throws<NodeStartException>(() => ClockCheck.EnsureClose(theirs.ToString("r"), Now));

        Assert.Contains($"{Now.UtcDateTime:u}", e.Message, StringComparison.Ordinal);
        Assert.Contains($"{theirs.UtcDateTime:u}", e.Message, StringComparison.Ordinal);
        Assert.Contains("set this machine's clock", e.Message, StringComparison.Ordinal);
        Assert.False(e.IsFinal); // once the clock is set, the next try joins
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("yesterday")]
    public void EnsureClose_NoDate_SaysNothing(string? date) => ClockCheck.EnsureClose(date, Now);
}
