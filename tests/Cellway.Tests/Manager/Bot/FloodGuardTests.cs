using Cellway.Manager.Bot;
using Cellway.Manager.Bot.Talking;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Manager.Bot;

public sealed class FloodGuardTests
{
    private static readonly BotOptions Options = new() { Token = "" };

    private readonly FakeTimeProvider _time = new(Samples.Now);

    [Fact]
    public void Judge_AFlood_IsWarnedOnceThenIgnoredThenHeardAgain()
    {
        var guard = new FloodGuard(Options, _time);
        var verdicts = Enumerable.Range(0, 100).Select(_ => guard.Judge("a")).ToList();
        _time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(Options.Burst, verdicts.Count(v => v == FloodGuard.Verdict.Heard));
        Assert.Single(verdicts, v => v == FloodGuard.Verdict.Warned);
        Assert.Equal(FloodGuard.Verdict.Heard, guard.Judge("a"));
    }

    [Fact]
    public void Judge_OnePersonFloods_AnotherIsHeard()
    {
        var guard = new FloodGuard(Options, _time);
        for (var i = 0; i < 100; i++)
        {
            guard.Judge("a");
        }

        Assert.Equal(FloodGuard.Verdict.Heard, guard.Judge("b"));
    }

    [Fact]
    public void Judge_OneASecond_IsAlwaysHeard()
    {
        var guard = new FloodGuard(Options, _time);
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(FloodGuard.Verdict.Heard, guard.Judge("a"));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
