using Cellway.Manager.PhoneHome;
using Cellway.Manager.Routing;
using Cellway.Model.Health;
using Cellway.Model.Identities;

namespace Cellway.Tests.Manager;

public sealed class CoreVerdictTests
{
    [Theory]
    [InlineData("R R R", false)]
    [InlineData("U R R", false)] // one Entry's way there
    [InlineData("U U R", true)]
    [InlineData("U R", false)]
    [InlineData("U", true)]
    [InlineData("S R R", false)]
    [InlineData("F F F", true)]
    [InlineData("L L L", false)] // slow is not away
    [InlineData("", false)]
    public void Of_EntriesSay_MostOfThem(string said, bool isOut)
    {
        var letters = said.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var view = View(letters.Select((letter, i) => Samples.Report($"e{i}", ("core-1", Of(letter)), ("core-2", CoreReach.Reachable))), letters.Length);

        Assert.Equal(isOut, CoreVerdict.Of(view, "core-1").IsOut(0.5));
    }

    [Theory]
    [InlineData(0.5, 2, true)]
    [InlineData(0.7, 2, false)]
    [InlineData(0.7, 3, true)]
    public void IsOut_Share_MoreThanThat(double share, int against, bool isOut) => Assert.Equal(isOut, new CoreVerdict(against, 3, 3).IsOut(share));

    [Fact]
    public void Of_EntryThatReachesNobody_DoesNotCount_UnlessNoneDoes()
    {
        var cut = Samples.Report("e0", ("core-1", CoreReach.Unreachable), ("core-2", CoreReach.Unreachable));
        var well = Samples.Report("e1", ("core-1", CoreReach.Reachable), ("core-2", CoreReach.Reachable));

        Assert.Equal((0, 1), (CoreVerdict.Of(View([cut, well], 2), "core-1").Against, CoreVerdict.Of(View([cut, well], 2), "core-1").Witnesses));
        Assert.True(CoreVerdict.Of(View([cut, cut with { Entry = "e1" }], 2), "core-1").IsOut(0.5)); // a blocked domain looks like that
    }

    [Fact]
    public void Of_OneWitnessOfSeveralEntries_AnotherIsAsked()
    {
        var alone = Samples.Report("e0", ("core-1", CoreReach.Refused), ("core-2", CoreReach.Reachable));

        Assert.True(CoreVerdict.Of(View([alone], 2), "core-1").NeedsAnother);
        Assert.False(CoreVerdict.Of(View([alone], 1), "core-1").NeedsAnother);
    }

    [Fact]
    public void Probe_CoreThatWasOut_IsReadyOnceItHasSettled()
    {
        var options = new RoutingOptions();
        var view = View([], 1);
        var session = Samples.Session("core-1", ready: false) with { OutSince = Samples.Now };
        var first = Probes.After(session, null, view, options, Samples.Now.AddSeconds(60));
        Assert.False(first.Ready);
        Assert.False(Probes.After(first, null, view, options, Samples.Now.AddSeconds(89)).Ready);
        Assert.True(Probes.After(first, null, view, options, Samples.Now.AddSeconds(90)).Ready);
        var failed = Probes.After(first, "refused", view, options, Samples.Now.AddSeconds(80));
        Assert.False(Probes.After(failed, null, view, options, Samples.Now.AddSeconds(90)).Ready); // from the start

        // Without others there is nothing to wait for.
        Assert.True(Probes.After(session, null, Samples.View(Samples.Cell(), Samples.Node("core-1"), Samples.Session("core-1", ready: false)), options, Samples.Now).Ready);
        Assert.True(Probes.After(Samples.Session("core-1", ready: false), null, view, options, Samples.Now).Ready); // it has just come
    }

    [Theory]
    [InlineData("2 2 2", 1)]
    [InlineData("2 2", 0)]
    [InlineData("4 4 4", 2)]
    [InlineData("2 0.1 2 0.1 2 0.1 2", 0)]
    [InlineData("2 2 2 0.1 0.1 0.1 0.1", 1)] // not yet
    [InlineData("2 2 2 0.1 0.1 0.1 0.1 0.1 0.1 0.1 0.1 0.1 0.1 0.1 0.1", 0)]
    [InlineData("2 2 2 1.2 1.2 1.2 1.2 1.2 1.2 1.2 1.2 1.2 1.2 1.2 1.2 1.2", 1)] // too near the mark
    public void Load_Heartbeats_HalveTheShare(string loads, int halvings)
    {
        var judge = new LoadJudge(new());
        foreach (var load in loads.Split(' '))
        {
            judge.Note(double.Parse(load, System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.Equal(halvings, judge.Halvings);
    }

    [Fact]
    public void Options_Wrong_EachIsNamed()
    {
        var errors = new RoutingOptions { SettleAfter = TimeSpan.Zero, ReturnStep = 0, LoadFor = 0 }.Validate();

        Assert.Equal(3, errors.Count);
        Assert.Empty(new RoutingOptions().Validate());
    }

    private static Cellway.Manager.View.NetworkView View(IEnumerable<EntryReportRecord> reports, int entries) => Samples.View(
    [
        Samples.Cell(), Samples.Node("core-1"), Samples.Session("core-1"), Samples.Node("core-2"), Samples.Session("core-2"),
        .. Enumerable.Range(0, entries).SelectMany(i => new object[] { Samples.Node($"e{i}", Role.Entry, null), Samples.Session($"e{i}") }),
        .. reports,
    ]);

    private static CoreReach Of(string letter) => letter switch
    {
        "R" => CoreReach.Reachable,
        "L" => CoreReach.Slow,
        "S" => CoreReach.Stalls,
        "F" => CoreReach.Refused,
        _ => CoreReach.Unreachable,
    };
}
