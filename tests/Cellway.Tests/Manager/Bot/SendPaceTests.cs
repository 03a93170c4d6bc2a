using Cellway.Manager.Bot.Transport;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Manager.Bot;

public sealed class SendPaceTests
{
    private readonly FakeTimeProvider _time = new(Samples.Now);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WaitAsync_TenThousandChats_ThirtyInEverySecondAndNoFewer()
    {
        const int Messages = 10_000;
        var pace = new SendPace(30, _time);
        List<DateTimeOffset> taken = [];
        for (var i = 0; i < Messages; i++)
        {
            await RunAsync(pace.WaitAsync($"{i}", Token));
            taken.Add(_time.GetUtcNow());
        }

        for (var i = 30; i < Messages; i++)
        {
            Assert.True(taken[i] - taken[i - 30] >= TimeSpan.FromSeconds(1), $"message {i}");
        }

        var least = TimeSpan.FromSeconds((Messages - 1) / 30);
        Assert.InRange(taken[^1] - taken[0], least, least + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task WaitAsync_OneChat_OnceASecond()
    {
        var pace = new SendPace(30, _time);
        var begun = _time.GetUtcNow();
        for (var i = 0; i < 5; i++)
        {
            await RunAsync(pace.WaitAsync("one", Token));
        }

        Assert.Equal(TimeSpan.FromSeconds(4), _time.GetUtcNow() - begun);
    }

    [Fact]
    public async Task WaitAsync_BesideAnswers_GivesWayToThem()
    {
        var pace = new SendPace(30, _time);
        for (var i = 0; i < 30; i++)
        {
            pace.Note($"{i}");
        }

        var begun = _time.GetUtcNow();
        await RunAsync(pace.WaitAsync("bulk", Token));

        Assert.Equal(TimeSpan.FromSeconds(1), _time.GetUtcNow() - begun);
    }

    [Fact]
    public async Task WaitAsync_TelegramWantsSilence_WaitsItOut()
    {
        var pace = new SendPace(30, _time);
        pace.Pause(TimeSpan.FromSeconds(7));
        var begun = _time.GetUtcNow();
        await RunAsync(pace.WaitAsync("bulk", Token));

        Assert.Equal(TimeSpan.FromSeconds(7), _time.GetUtcNow() - begun);
    }

    private async Task RunAsync(Task waiting)
    {
        while (!waiting.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        await waiting;
    }
}
