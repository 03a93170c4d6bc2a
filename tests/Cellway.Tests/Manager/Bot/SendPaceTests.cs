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
        var pace = Settled();
        List<DateTimeOffset> taken = [];
        for (var i = 0; i < Messages; i++)
        {
            (await RunAsync(pace.WaitAsync($"{i}", Token))).Dispose();
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
    public async Task WaitAsync_NothingSentYet_LeavesEvenly()
    {
        var pace = Settled();
        var begun = _time.GetUtcNow();
        for (var i = 0; i < 15; i++)
        {
            (await RunAsync(pace.WaitAsync($"{i}", Token))).Dispose();
        }

        Assert.InRange(_time.GetUtcNow() - begun, TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(0.5));
    }

    /// <summary>Telegram counts when it takes a message, and the way there takes now more, now less.</summary>
    [Fact]
    public async Task WaitAsync_TheWayVaries_TelegramTakesNoMoreThanThirtyInAnySecond()
    {
        const int Messages = 3_000;
        var pace = Settled();
        var random = new Random(7);
        List<DateTimeOffset> taken = [];
        PriorityQueue<SendPlace, DateTimeOffset> answers = new();
        var begun = _time.GetUtcNow();
        for (var i = 0; i < Messages; i++)
        {
            var place = await RunAsync(pace.WaitAsync($"{i}", Token), AnswerDue);
            var arrives = _time.GetUtcNow() + Way();
            taken.Add(arrives);
            answers.Enqueue(place, arrives + Way());
        }

        taken.Sort();
        var doubt = TimeSpan.FromMilliseconds(2); // of the clock, which goes by milliseconds here
        Assert.DoesNotContain(Enumerable.Range(30, Messages - 30), i => taken[i] - taken[i - 30] < TimeSpan.FromSeconds(1) - doubt);
        Assert.InRange(Messages / (_time.GetUtcNow() - begun).TotalSeconds, 27, 30.1);

        TimeSpan Way() => TimeSpan.FromMilliseconds(random.Next(10) == 0 ? random.Next(20, 120) : random.Next(20, 25));

        void AnswerDue()
        {
            while (answers.TryPeek(out var place, out var at) && at <= _time.GetUtcNow())
            {
                answers.Dequeue();
                place.Answered();
                place.Dispose();
            }
        }
    }

    [Fact]
    public async Task WaitAsync_OneChat_OnceASecond()
    {
        var pace = Settled();
        var begun = _time.GetUtcNow();
        for (var i = 0; i < 5; i++)
        {
            (await RunAsync(pace.WaitAsync("one", Token))).Dispose();
        }

        Assert.Equal(TimeSpan.FromSeconds(4), _time.GetUtcNow() - begun);
    }

    [Fact]
    public async Task WaitAsync_OneChatWithAMessageOnItsWay_WaitsForItToArrive()
    {
        var pace = Settled();
        var first = await pace.WaitAsync("one", Token);
        var second = pace.WaitAsync("one", Token);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(second.IsCompleted);

        first.Dispose();
        await RunAsync(second);
    }

    [Fact]
    public async Task WaitAsync_BesideAnswers_GivesWayToThem()
    {
        var pace = Settled();
        for (var i = 0; i < 30; i++)
        {
            pace.Note($"{i}").Dispose();
        }

        var begun = _time.GetUtcNow();
        await RunAsync(pace.WaitAsync("bulk", Token));

        Assert.Equal(TimeSpan.FromSeconds(1), _time.GetUtcNow() - begun);
    }

    [Fact]
    public async Task WaitAsync_TelegramWantsSilence_WaitsItOut()
    {
        var pace = Settled();
        pace.Pause(TimeSpan.FromSeconds(7));
        var begun = _time.GetUtcNow();
        await RunAsync(pace.WaitAsync("bulk", Token));

        Assert.Equal(TimeSpan.FromSeconds(7), _time.GetUtcNow() - begun);
    }

    /// <summary>The leader before may have sent thirty in the second before this one.</summary>
    [Fact]
    public async Task WaitAsync_JustBegun_WaitsForASecond()
    {
        var pace = new SendPace(30, _time);
        var begun = _time.GetUtcNow();
        await RunAsync(pace.WaitAsync("bulk", Token));

        Assert.Equal(TimeSpan.FromSeconds(1), _time.GetUtcNow() - begun);
    }

    private SendPace Settled()
    {
        var pace = new SendPace(30, _time);
        _time.Advance(TimeSpan.FromSeconds(2));
        return pace;
    }

    private async Task<SendPlace> RunAsync(Task<SendPlace> waiting, Action? onTheWay = null)
    {
        while (!waiting.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            onTheWay?.Invoke();
            await Task.Yield();
        }

        return await waiting;
    }
}
