using Cellway.Node.PhoneHome;

namespace Cellway.Tests.Node;

public sealed class BackoffTests
{
    [Fact]
    public void Next_Always_StaysBetweenTheFirstAndADoublingCeiling()
    {
        var (min, max) = (TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30));
        var backoff = new Backoff(min, max);
        var ceiling = min;
        for (var i = 0; i < 20; i++)
        {
            ceiling = ceiling * 2 < max ? ceiling * 2 : max;
            Assert.InRange(backoff.Next(), min, ceiling);
        }

        backoff.Reset();
        Assert.InRange(backoff.Next(), min, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Next_ManyNodes_AreSpread()
    {
        var waits = Enumerable.Range(0, 100).Select(_ => new Backoff(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30)).Next()).Distinct();
        Assert.True(waits.Count() > 50);
    }
}
