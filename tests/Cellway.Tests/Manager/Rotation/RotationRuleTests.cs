using Cellway.Manager.PhoneHome;
using Cellway.Manager.Rotation;
using Cellway.Model.Cells;

namespace Cellway.Tests.Manager.Rotation;

public sealed class RotationRuleTests
{
    private static readonly RotationOptions Options = new();
    private static readonly HopOptions Hop = Options.Entry;
    private static readonly DateTimeOffset Now = Samples.Now;
    private readonly RotationRule _rule = new(Hop, Options, new SeededRandom(1));

    [Fact]
    public void Plan_NoNames_OneIsAnnouncedNowAndADayIsPlannedAhead()
    {
        var plan = _rule.Plan([], Now);

        Assert.Equal(Now, plan[0].AnnouncedAt);
        Assert.True(plan[^1].AnnouncedAt >= Now + Options.Ahead + Hop.Every);
        Assert.All(plan, n => Assert.True(n.IsAccepted(Now - (2 * Options.ClockSkew)), "a node whose clock is slow would refuse it"));
        Assert.All(plan.Zip(plan.Skip(1)), pair => Assert.InRange(pair.Second.AnnouncedAt - pair.First.AnnouncedAt, Hop.Every, Hop.Every + Hop.Offset));
        Assert.Equal(Enumerable.Range(1, plan.Count).Select(i => (long)i), plan.Select(n => n.Generation));
        Assert.Distinct(plan.Select(n => n.Name));
    }

    [Fact]
    public void Plan_NothingIsDue_TheSameList()
    {
        var plan = _rule.Plan([], Now);

        Assert.Same(plan, _rule.Plan(plan, Now));
        Assert.Same(plan, _rule.Plan(plan, Now.AddMinutes(-3))); // a new leader with a slower clock
    }

    [Fact]
    public void Plan_Later_OnlyAddsAtTheEnd()
    {
        var plan = _rule.Plan([], Now);

        var later = _rule.Plan(plan, Now.AddHours(9));

        Assert.True(later.Count > plan.Count);
        Assert.Equal(plan.Select(n => (n.Name, n.AnnouncedAt)), later.Take(plan.Count).Select(n => (n.Name, n.AnnouncedAt)));
        Assert.All(later.Skip(plan.Count), n => Assert.Equal(Now.AddHours(9), n.NotBefore));
    }

    [Fact]
    public void Plan_ReplacedName_LivesForKeepAndForItsGenerations()
    {
        var plan = _rule.Plan([], Now);

        Assert.Equal(plan[1].AnnouncedAt + Hop.Keep + (2 * Options.ClockSkew), plan[0].NotAfter);
        Assert.All(plan.TakeLast(1 + Hop.Generations), n => Assert.Null(n.NotAfter)); // what replaces them is not planned yet

        var brief = new RotationRule(Hop with { Keep = TimeSpan.Zero }, Options, new SeededRandom(1)).Plan([], Now);
        Assert.Equal(brief[4].AnnouncedAt + (2 * Options.ClockSkew), brief[0].NotAfter);
    }

    [Fact]
    public void Plan_ForSixtyDays_NeverMoreThanWhatLivesAndWhatIsPlanned()
    {
        IReadOnlyList<ServiceName> plan = [];
        var changes = 0;
        for (var now = Now; now < Now.AddDays(60); now = now.AddMinutes(1))
        {
            var next = _rule.Plan(plan, now);
            changes += next == plan ? 0 : 1;
            plan = next;
            Assert.InRange(plan.Count, 13, 60); // 72 h / 2 h + 32 h / 2 h, and what has ended since names were added
            Assert.True(plan[^1].AnnouncedAt >= now + Options.Ahead);
        }

        Assert.InRange(changes, 100, 250); // every 6 to 10 hours
        var resources = new NameResources(new() { Cell = "north", EntryNames = plan, ExitNames = plan });
        Assert.InRange(resources.OfEntries.CalculateSize(), 1, 4096);
    }

    [Fact]
    public void Plan_AfterALongOutage_TheLastNameGoesOnUntilTheNextOneIsKnownEverywhere()
    {
        var plan = _rule.Plan([], Now);
        var back = Now.AddDays(10);
        Assert.Equal(plan[^1], ServiceName.Newest(plan, back));

        var after = _rule.Plan(plan, back);

        Assert.Equal(plan[^1].Name, ServiceName.Newest(after, back)!.Name);
        var next = after[after.ToList().FindIndex(n => n.Name == plan[^1].Name) + 1];
        Assert.Equal(back + Options.Lead, next.AnnouncedAt);
        Assert.Equal(next.AnnouncedAt + Hop.Keep + (2 * Options.ClockSkew), after.Single(n => n.Name == plan[^1].Name).NotAfter);
    }

    [Fact]
    public void Plan_KeepIsRaised_LivingNamesLiveLongerAndLoweredTheyKeepWhatTheyHave()
    {
        var plan = _rule.Plan([], Now);
        var longer = new RotationRule(Hop with { Keep = TimeSpan.FromHours(100) }, Options, new SeededRandom(2)).Plan(plan, Now);
        var shorter = new RotationRule(Hop with { Keep = TimeSpan.FromHours(1) }, Options, new SeededRandom(3)).Plan(plan, Now);

        Assert.Equal(plan[0].NotAfter + TimeSpan.FromHours(28), longer[0].NotAfter);
        Assert.Equal(plan[0].NotAfter, shorter[0].NotAfter);
    }

    [Fact]
    public void RotateNow_TheNextPlannedNameIsAnnouncedAndNoLifeIsShortened()
    {
        var plan = _rule.Plan([], Now);
        var now = Now.AddMinutes(30);

        var rotated = _rule.RotateNow(plan, now);

        Assert.Equal(plan[1].Name, ServiceName.Newest(rotated, now)!.Name);
        Assert.All(plan, before => Assert.True(rotated.Single(n => n.Name == before.Name) is var n && (before.NotAfter is null || n.NotAfter >= before.NotAfter)));
        Assert.All(rotated.Skip(1).Zip(rotated.Skip(2)), pair => Assert.InRange(pair.Second.AnnouncedAt - pair.First.AnnouncedAt, Hop.Every, Hop.Every + Hop.Offset));
        Assert.True(rotated[^1].AnnouncedAt >= now + Options.Ahead);
    }

    [Fact]
    public void RotateNow_AgainAndAgain_EveryNameIsKnownToAllBeforeItIsAnnounced()
    {
        var plan = _rule.Plan([], Now);
        for (var i = 0; i < 40; i++)
        {
            plan = _rule.RotateNow(plan, Now);
        }

        Assert.All(plan, n => Assert.True(n.AnnouncedAt - n.NotBefore >= Options.Lead));
        Assert.All(plan.Zip(plan.Skip(1)), pair => Assert.True(pair.First.AnnouncedAt <= pair.Second.AnnouncedAt));
        Assert.True(ServiceName.Newest(plan, Now)!.Generation > 10);
    }

    [Fact]
    public void Withdraw_NoGrace_OldAndPlannedNamesAreGoneAndANewOneIsThereForEveryClock()
    {
        var plan = _rule.Plan([], Now);
        var now = Now.AddHours(5);

        var after = _rule.Withdraw(plan, now, TimeSpan.Zero);

        Assert.Empty(after.Select(n => n.Name).Intersect(plan.Select(n => n.Name)));
        Assert.True(after[0].Generation > plan[^1].Generation);
        foreach (var skew in new[] { -Options.ClockSkew, TimeSpan.Zero, Options.ClockSkew })
        {
            Assert.Equal(after[0], ServiceName.Newest(after, now + skew));
        }
    }

    [Fact]
    public void Withdraw_WithGrace_OldNamesEndThenAndTheNewOneIsAnnouncedOnceItIsKnown()
    {
        var plan = _rule.Plan([], Now);
        var (now, grace) = (Now.AddHours(5), TimeSpan.FromHours(3));
        var old = ServiceName.Newest(plan, now)!;

        var after = _rule.Withdraw(plan, now, grace);

        Assert.Equal(old.Name, ServiceName.Newest(after, now)!.Name);
        var next = ServiceName.Newest(after, now + Options.Lead)!;
        Assert.DoesNotContain(next.Name, plan.Select(n => n.Name));
        Assert.True(next.IsAccepted(now));
        Assert.All(plan, n => Assert.DoesNotContain(after, a => a.Name == n.Name && a.IsAccepted(now + grace)));
        Assert.Contains(after, a => a.Name == plan[0].Name && a.IsAccepted(now + grace - TimeSpan.FromSeconds(1)));

        // And nothing gives them their lives back, whatever is planned or rotated after.
        var later = _rule.RotateNow(_rule.Plan(after, now.AddHours(1)), now.AddHours(1));
        Assert.All(plan, n => Assert.DoesNotContain(later, a => a.Name == n.Name && a.IsAccepted(now + grace)));
        Assert.False(ServiceName.Newest(later, now.AddHours(1))!.Withdrawn);
    }

    [Fact]
    public void Withdraw_Twice_TheShorterGraceHolds()
    {
        var plan = _rule.Plan([], Now);

        var after = _rule.Withdraw(_rule.Withdraw(plan, Now, TimeSpan.FromHours(1)), Now.AddMinutes(10), TimeSpan.FromHours(8));

        Assert.Equal(Now.AddHours(1), after.Single(n => n.Name == plan[0].Name).NotAfter);
        Assert.All(plan, n => Assert.DoesNotContain(after, a => a.Name == n.Name && !a.Withdrawn));
    }

    [Fact]
    public void Withdraw_GraceLongerThanNamesLive_NoLifeIsMadeLonger()
    {
        var rule = new RotationRule(Options.Exit, Options, new SeededRandom(1));
        var plan = rule.Plan(rule.Plan([], Now), Now.AddHours(3));

        var after = rule.Withdraw(plan, Now.AddHours(3), TimeSpan.FromHours(72));

        Assert.All(after.Where(n => n.Withdrawn), n => Assert.True(n.NotAfter <= Now.AddHours(3) + Options.Exit.Keep));
        Assert.Equal(plan[0].NotAfter, after.Single(n => n.Name == plan[0].Name).NotAfter);
    }

    [Fact]
    public void Newest_ClockBeforeAllNames_TheFirstThatIsAccepted()
    {
        var plan = _rule.Plan([], Now);

        Assert.Equal(plan[0], ServiceName.Newest(plan, Now - Options.Lead));
        Assert.Null(ServiceName.Newest(plan, Now - Options.Lead - TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void SecureRandom_Names_AreOnePlainSegmentOf16HexDigits()
    {
        var random = new SecureRandom();
        var names = Enumerable.Range(0, 100).Select(_ => random.NewName()).ToList();

        Assert.All(names, n => Assert.Matches("^api\\.v2\\.rpc\\.[0-9a-f]{16}$", n));
        Assert.Distinct(names);
        Assert.Equal(TimeSpan.Zero, random.UpTo(TimeSpan.Zero));
        Assert.Contains(Enumerable.Range(0, 1000).Select(_ => random.UpTo(TimeSpan.FromSeconds(1))), t => t == TimeSpan.FromSeconds(1));
    }
}
