using Cellway.Manager.Accounting;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Model.Usage;

namespace Cellway.Tests.Manager.Accounting;

public sealed class CoreStepsTests
{
    private static readonly UsagePeriod March = new(new(2026, 3, 1));
    private static readonly UsagePeriod April = new(new(2026, 4, 1));

    [Fact]
    public void Apply_NewPeriod_ClosesTheOldOneInTheSameWrite()
    {
        var record = Record(Bytes("a", "b"));

        var step = CoreSteps.Apply(record, Samples.Node("core-1"), new(7, 4), April, Bytes("a"), Samples.Now, new());

        Assert.True(step.Applies);
        Assert.Equal((new UsageMark(7, 4), April.Start, 1), (step.Record.Mark, step.Record.Period, step.Record.Open.Count));
        var (period, _, adds) = Assert.Single(step.Pages);
        Assert.Equal((March, 2), (period, adds.Count));
    }

    [Fact]
    public void Apply_NewPeriodAndTooManyPages_MakesRoomFirstAndLosesNothing()
    {
        string[] devices = [.. Enumerable.Range(0, 200).Select(_ => Names.NewId())];
        var record = Record(Bytes(devices)) with { Split = true };
        var paged = new Dictionary<string, TrafficBytes>(StringComparer.Ordinal);

        for (var rounds = 1; ; rounds++)
        {
            var step = CoreSteps.Apply(record, Samples.Node("core-1"), new(7, 4), April, Bytes("x"), Samples.Now, new());
            foreach (var (device, bytes) in step.Pages.SelectMany(p => p.Adds.Home))
            {
                paged.Add(device, bytes);
            }

            record = step.Record;
            if (step.Applies)
            {
                break;
            }

            Assert.Equal(new(7, 3), record.Mark);
            Assert.True(rounds < 10);
        }

        Assert.Equal(devices.Order(StringComparer.Ordinal), paged.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((new UsageMark(7, 4), April.Start, false), (record.Mark, record.Period, record.Split));
    }

    [Fact]
    public void Apply_OftenInOnePeriod_WritesAPageOnlyWhenItIsTime()
    {
        var options = new AccountingOptions();
        var record = Record(DeviceBytes.Empty);

        var soon = CoreSteps.Apply(record, Samples.Node("core-1"), new(7, 4), March, Bytes("a"), Samples.Now + options.PageEvery - TimeSpan.FromSeconds(1), options);
        var late = CoreSteps.Apply(record, Samples.Node("core-1"), new(7, 4), March, Bytes("a"), Samples.Now + options.PageEvery, options);

        Assert.Equal((0, 1), (soon.Pages.Count, soon.Record.Open.Count));
        Assert.Equal((1, 0), (late.Pages.Count, late.Record.Open.Count));
    }

    [Fact]
    public void Knows_EpochsOfTheCore_TheNewestAndThoseBefore()
    {
        var record = Record(DeviceBytes.Empty);
        for (ulong epoch = 100; epoch < 130; epoch++)
        {
            record = CoreSteps.Apply(record, Samples.Node("core-1"), new(epoch, 1), March, Bytes("a"), Samples.Now, new()).Record;
        }

        Assert.True(record.Knows(129) && record.Knows(128) && record.Knows(113));
        Assert.False(record.Knows(7) || record.Knows(99));
        Assert.True(StateJson.Write(record).Length < 1000);
    }

    private static CoreUsageRecord Record(DeviceBytes open) => Samples.Usage("core-1") with { Open = open, Split = false, PastEpochs = [] };

    private static DeviceBytes Bytes(params string[] devices) => new() { Home = devices.ToDictionary(d => d, _ => new TrafficBytes(1, 2)) };
}
