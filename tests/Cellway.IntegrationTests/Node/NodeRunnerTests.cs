using Cellway.Node.Health;
using Cellway.Node.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.IntegrationTests.Node;

public sealed class NodeRunnerTests
{
    private readonly string _state = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Run_CannotStartAndDoesNotHold_Throws() =>
        await Assert.ThrowsAsync<NodeStartException>(() => NodeRunner.RunAsync(_state, false, _ => throw new NodeStartException("no"), _time, TestContext.Current.CancellationToken));

    [Fact]
    public async Task Run_Holds_TellsItsHealthAndTriesAgainUntilStopped()
    {
        using var stop = new CancellationTokenSource();
        var tries = new SemaphoreSlim(0);
        var running = NodeRunner.RunAsync(_state, true, Fail, _time, stop.Token);

        await tries.WaitAsync(TestContext.Current.CancellationToken);
        await UntilAsync(report => report is { IsReady: false, Line: "say why" });
        while (!await tries.WaitAsync(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken))
        {
            _time.Advance(TimeSpan.FromMinutes(1)); // the timer may not have been set yet
        }

        await stop.CancelAsync();
        Assert.Equal(NodeRunner.Misconfigured, await running);

        Task<IHost> Fail(CancellationToken token)
        {
            tries.Release();
            throw new NodeStartException("say why");
        }
    }

    [Fact]
    public async Task Run_HoldsForGood_TriesOnce()
    {
        using var stop = new CancellationTokenSource();
        var tries = 0;
        var running = NodeRunner.RunAsync(_state, true, Fail, _time, stop.Token);

        await UntilAsync(report => report is { Line: "the token is spent" });
        _time.Advance(TimeSpan.FromDays(1));
        await stop.CancelAsync();

        Assert.Equal(NodeRunner.Misconfigured, await running);
        Assert.Equal(1, tries);

        Task<IHost> Fail(CancellationToken token)
        {
            tries++;
            throw new NodeStartException("the token is spent") { IsFinal = true };
        }
    }

    private async Task UntilAsync(Func<HealthReport?, bool> holds)
    {
        while (!holds(await HealthSocket.AskAsync(_state, TestContext.Current.CancellationToken)))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
