using Cellway.Node.Health;

namespace Cellway.IntegrationTests.Node;

public sealed class HealthSocketTests
{
    private readonly string _state = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [Fact]
    public async Task Ask_WhileItRuns_SaysHowItIsNow()
    {
        var health = new NodeHealth();
        await using (HealthSocket.Listen(_state, health))
        {
            Assert.Equal(new HealthReport(false, "is starting"), await AskAsync());
            health.Set(true, "serves");
            Assert.Equal(new HealthReport(true, "serves"), await AskAsync());
        }

        Assert.Null(await AskAsync());
    }

    [Fact]
    public async Task Listen_SecondOfTheSameState_LeavesTheFirstAlone()
    {
        var first = new NodeHealth();
        first.Set(true, "first");
        await using var one = HealthSocket.Listen(_state, first);
        await using var two = HealthSocket.Listen(_state, new());

        Assert.Equal("first", (await AskAsync())!.Line);
    }

    private Task<HealthReport?> AskAsync() => HealthSocket.AskAsync(_state, TestContext.Current.CancellationToken);
}
