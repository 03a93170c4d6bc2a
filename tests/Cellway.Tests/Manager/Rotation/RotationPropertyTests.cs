using Cellway.Manager.Rotation;
using CsCheck;

namespace Cellway.Tests.Manager.Rotation;

/// <summary>The promises of section 7, over random clocks, push delays, outages and habits of clients.</summary>
/// <remarks>
/// <list type="number">
/// <item>A client whose subscription is younger than Keep is never refused, by any Entry that was not cut off for longer than the plan.</item>
/// <item>An Entry that chooses a name from what it was last pushed is never refused by a Core, neither of them cut off for longer than the plan.</item>
/// <item>A name past its life is refused by everybody.</item>
/// <item>After a compromise, names of before are accepted for as long as the operator has left them, and then by nobody.</item>
/// <item>At least Ahead is planned, always, and the number of names is bounded.</item>
/// <item>An outage of all management, however long, breaks nothing between nodes: the last name goes on.</item>
/// </list>
/// Clocks are ±2 minutes off, each its own. docs/protocol/rotation.md says why these hold. A failing sample prints its seed.
/// </remarks>
public sealed class RotationPropertyTests
{
    private const int Samples = 30;
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(5); // longer than pushes take, shorter than any interval
    private static readonly RotationOptions Options = new();

    // Each rotation by hand takes one name from the plan of a node that has missed it.
    private static readonly TimeSpan OneName = Options.Entry.Every + Options.Entry.Offset;

    private static readonly Gen<Scenario> Scenarios =
        from seed in Gen.Int
        from forced in Gen.Int[0, 3]
        from longest in Gen.Double[0, 1]
        select new Scenario(seed, forced, longest * (Options.Ahead - (forced * OneName)));

    [Fact]
    public void ClientHop_SubscriptionYoungerThanKeep_IsNeverRefused() => Scenarios.Sample(scenario =>
    {
        var (random, world) = (new Random(scenario.Seed), new RotationWorld(Options.Entry, Options, scenario.Seed, machines: 3));
        var clients = Enumerable.Range(0, 8).Select(i => new Client(TimeSpan.FromHours(1 + (i * random.Next(1, 12))))).ToList();
        foreach (var _ in scenario.Play(world, random))
        {
            foreach (var client in clients)
            {
                client.Live(world);
                Assert.All(world.Machines, m => Assert.True(
                    world.Now - client.FetchedAt >= Options.Entry.Keep || m.Accepts(client.Name, world.Now), $"refused {world.Now - client.FetchedAt} after the subscription was fetched"));
            }

            Assert.Empty(world.AcceptedInVain());
        }
    }, iter: Samples);

    [Fact]
    public void CoreHop_EntryWithWhatItWasPushed_IsNeverRefused() => Scenarios.Sample(scenario =>
    {
        var (random, world) = (new Random(scenario.Seed), new RotationWorld(Options.Exit, Options, scenario.Seed, machines: 4));
        foreach (var _ in scenario.Play(world, random))
        {
            Assert.All(world.Machines, entry => Assert.All(world.Machines, core => Assert.True(core.Accepts(entry.Asks(world.Now), world.Now))));
            Assert.Empty(world.AcceptedInVain());
        }
    }, iter: Samples);

    /// <summary>An Entry that cannot reach management for longer than its plan, while Cores can: it may come back as late as Keep after the plan.</summary>
    [Fact]
    public void CoreHop_OneEntryCutOffForThePlanAndKeep_IsNotRefused() => Gen.Int.Sample(seed =>
    {
        var world = new RotationWorld(Options.Exit, Options, seed, machines: 2);
        world.Machines[0].IsCutOff = true;
        for (var until = world.Now + Options.Ahead + Options.Exit.Keep; world.Now < until; world.Step(Step))
        {
            Assert.True(world.Machines[1].Accepts(world.Machines[0].Asks(world.Now), world.Now));
        }
    }, iter: Samples);

    [Fact]
    public void BothHops_ManagementAwayForWeeks_NothingBetweenNodesBreaks() => Gen.Int.Sample(seed =>
    {
        foreach (var hop in new[] { Options.Entry, Options.Exit })
        {
            var world = new RotationWorld(hop, Options, seed, machines: 3);
            var client = new Client(TimeSpan.FromHours(24));
            client.Live(world);
            world.IsManaged = false;
            for (var back = world.Now.AddDays(20); world.Now < back; world.Step(TimeSpan.FromMinutes(30)))
            {
                Assert.All(world.Machines, m => Assert.All(world.Machines, other => Assert.True(other.Accepts(m.Asks(world.Now), world.Now))));
                Assert.All(world.Machines, m => Assert.True(world.Now - client.FetchedAt >= hop.Keep || m.Accepts(client.Name, world.Now)));
            }

            world.IsManaged = true;
            for (var i = 0; i < 500; i++)
            {
                world.Step(Step);
                Assert.All(world.Machines, m => Assert.All(world.Machines, other => Assert.True(other.Accepts(m.Asks(world.Now), world.Now))));
            }
        }
    }, iter: 5);

    [Fact]
    public void Compromise_OldNamesAreAcceptedForTheGraceAndThenByNobody() =>
        (from seed in Gen.Int from minutes in Gen.Int[9, 600] select (seed, TimeSpan.FromMinutes(minutes))).Sample(sample =>
        {
            var (seed, grace) = sample;
            var random = new Random(seed);
            var world = new RotationWorld(Options.Entry, Options, seed, machines: 3);
            for (var i = random.Next(1, 2000); i > 0; i--)
            {
                world.Step(Step);
            }

            var old = world.Announced();
            var at = world.Now;
            world.Withdraw(grace);
            Client? fresh = null;
            while (world.Now < at + grace + TimeSpan.FromHours(80))
            {
                world.Step(TimeSpan.FromMinutes(1));
                var since = world.Now - at;
                if (since < grace - (2 * Options.ClockSkew))
                {
                    Assert.All(world.Machines, m => Assert.True(m.Accepts(old, world.Now)));
                }
                else if (since > grace + (2 * Options.ClockSkew) + Options.PushWithin)
                {
                    Assert.All(world.Machines, m => Assert.False(m.Accepts(old, world.Now)));
                }

                if (since > Options.Lead + (2 * Options.ClockSkew)) // a subscription fetched from now on has a new name
                {
                    fresh ??= new(TimeSpan.FromDays(9));
                    fresh.Live(world);
                    Assert.NotEqual(old, fresh.Name);
                    Assert.All(world.Machines, m => Assert.True(world.Now - fresh.FetchedAt >= Options.Entry.Keep || m.Accepts(fresh.Name, world.Now)));
                }

                Assert.All(world.Machines, m => Assert.All(world.Machines, other => Assert.True(other.Accepts(m.Asks(world.Now), world.Now))));
            }
        }, iter: 8);

    /// <summary>Eight days with outages of all management or of some machines, and rotations by hand.</summary>
    private sealed record Scenario(int Seed, int Forced, TimeSpan Longest)
    {
        public IEnumerable<int> Play(RotationWorld world, Random random)
        {
            var end = world.Now.AddDays(8);
            var forced = Enumerable.Range(0, Forced).Select(_ => world.Now + (random.NextDouble() * (end - world.Now))).ToList();
            var (begins, ends) = (world.Now, world.Now); // of the next trouble
            while (world.Now < end)
            {
                world.Step(Step);
                if (world.IsManaged && forced.RemoveAll(at => at <= world.Now) > 0)
                {
                    world.RotateNow();
                }

                if (world.Now >= ends + TimeSpan.FromHours(1) && begins <= ends)
                {
                    begins = world.Now + TimeSpan.FromHours(random.Next(0, 30));
                    ends = begins + (random.NextDouble() * Longest);
                }

                var isOver = world.Now >= ends;
                if (isOver)
                {
                    world.IsManaged = true;
                    world.Machines.ForEach(m => m.IsCutOff = false);
                    begins = ends;
                }
                else if (world.Now >= begins && world.IsManaged && !world.Machines.Exists(m => m.IsCutOff))
                {
                    world.IsManaged = random.Next(2) == 0;
                    world.Machines.ForEach(m => m.IsCutOff = world.IsManaged && random.Next(2) == 0);
                }

                yield return 0;
            }
        }
    }

    /// <summary>An app that refreshes its subscription when it is so old, if management can be asked then.</summary>
    private sealed class Client(TimeSpan refreshesEvery)
    {
        public DateTimeOffset FetchedAt { get; private set; } = DateTimeOffset.MinValue;

        public string Name { get; private set; } = "";

        public void Live(RotationWorld world)
        {
            if (world.IsManaged && world.Now - FetchedAt >= refreshesEvery)
            {
                (FetchedAt, Name) = (world.Now, world.Announced());
            }
        }
    }
}
