using Cellway.Model.Health;
using Cellway.Model.Incidents;

namespace Cellway.Tests.Manager.Incidents;

/// <summary>Something that happens to a network, and the incidents that it is.</summary>
/// <param name="Network">The network.</param>
/// <param name="Seconds">How long it is watched.</param>
/// <param name="Happens">What happens at each second.</param>
/// <param name="Expected">What must be found.</param>
internal sealed record SimulatedScenario(
    SimulatedNetwork Network, int Seconds, Action<int> Happens, params IReadOnlyList<(string Cell, IncidentSubject Subject, IncidentKind[] Kinds)> Expected)
{
    public const string EveryDomain = "every exit domain blocked";

    private const int At = 60;

    /// <summary>Every scenario by name; the ones whose trouble is a single node's are marked.</summary>
    public static readonly IReadOnlyList<(string Name, bool SingleNode, Func<Random, SimulatedScenario> Make)> All =
    [
        ("nothing but blips", true, random => Nothing(Any(random), 1200, _ => { })),
        ("one Core dies", true, random => OneCore(random, core => core.Die(Pick(random, CoreReach.Unreachable, CoreReach.Refused)))),
        ("one Core filtered, heartbeats go on", true, random => OneCore(random, core => core.Reach = CoreReach.Unreachable)),
        ("one Core slow", true, random => OneCore(random, core => core.Reach = CoreReach.Slow)),
        ("one Core flaps", true, OneCoreFlaps),
        ("one Entry's network down", true, random => OneEntry(random, (entry, _) => entry.NetworkIsUp = false)),
        ("one Entry's network flaps", true, random => OneEntry(random, (entry, second) => entry.NetworkIsUp = (second / random.Next(8, 30)) % 2 == 0)),
        ("one Entry gone", true, random => OneEntry(random, (entry, _) => entry.ReachesManagement = entry.NetworkIsUp = false)),
        ("the only Core of a cell filtered", true, OnlyCore),
        ("management partition", false, Partition),
        ("provider outage", false, ProviderOutage),
        ("provider filters its incoming", false, ProviderFilters),
        ("provider slow", false, random => Provider(random, core => core.Reach = CoreReach.Slow)),
        ("Core restart wave", false, CoreWave),
        ("Entry restart wave", false, EntryWave),
        ("the entry layer's network down", false, EgressDown),
        ("clients go to bed", false, Night),
        ("exit domain blocked at all Entries", false, random => ExitBlocked(random, Pick(random, CoreReach.Unreachable, CoreReach.Refused), IncidentKind.Blocked)),
        ("exit domain stalls at all Entries", false, random => ExitBlocked(random, CoreReach.Stalls, IncidentKind.Stalls)),
        ("exit domain of the only cell blocked", false, OnlyExitBlocked),
        ("two of three exit domains blocked", false, TwoBlocked),
        (EveryDomain, false, AllBlocked),
        ("exit domain blocked in some networks", false, InPlaces),
        ("exit domain slowly degrades", false, Degrades),
        ("exit domain flaps", false, DomainFlaps),
        ("exit domain blocked while a Core is down", false, BlockedWithADeadCore),
        ("entry domain blocked", false, EntryBlocked),
        ("entry domain blocked in places", false, EntryBlockedInPlaces),
    ];

    private static SimulatedScenario Nothing(SimulatedNetwork network, int seconds, Action<int> happens) => new(network, seconds, happens);

    private static T Pick<T>(Random random, params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    private static SimulatedNetwork Any(Random random, int minCells = 1, int minEntries = 2, int minParticipants = 1) =>
        new(random, random.Next(minCells, 5), random.Next(minEntries, 10), random.Next(minParticipants, 4), random.Next(2) == 0);

    private static SimulatedScenario OneCore(Random random, Action<SimulatedCore> trouble)
    {
        var network = Any(random);
        var core = network.Cores[random.Next(network.Cores.Count)];
        return Nothing(network, 600, second =>
        {
            if (second == At)
            {
                trouble(core);
            }
        });
    }

    private static SimulatedScenario OneCoreFlaps(Random random)
    {
        var network = Any(random);
        var core = network.Cores[random.Next(network.Cores.Count)];
        var period = random.Next(5, 60);
        return Nothing(network, 900, second =>
        {
            if (second >= At && second % period == 0)
            {
                if (core.Beats)
                {
                    core.Die(CoreReach.Unreachable);
                }
                else
                {
                    core.Return();
                }
            }
        });
    }

    private static SimulatedScenario OneEntry(Random random, Action<SimulatedEntry, int> trouble)
    {
        var network = Any(random);
        var entry = network.Entries[random.Next(network.Entries.Count)];
        return Nothing(network, 600, second =>
        {
            if (second >= At)
            {
                trouble(entry, second);
            }
        });
    }

    private static SimulatedScenario OnlyCore(Random random)
    {
        var network = Any(random, minCells: 2);
        var cell = network.Cells[0];
        foreach (var other in cell.Cores.Skip(1))
        {
            other.Leave();
        }

        return Nothing(network, 600, second =>
        {
            if (second == At)
            {
                cell.Cores[0].Reach = CoreReach.Unreachable;
            }
        });
    }

    private static SimulatedScenario Partition(Random random)
    {
        var network = Any(random, minCells: 2);
        var share = random.NextDouble();
        var cores = network.Cores.Where(_ => random.NextDouble() < share).ToList();
        var entries = network.Entries.Where(_ => random.NextDouble() < share).ToList();
        var dialsFailToo = random.Next(2) == 0; // both sides of the partition hold nodes
        var until = At + random.Next(20, 300);
        return Nothing(network, 700, second =>
        {
            if (second is At || second == until)
            {
                var cut = second == At;
                cores.ForEach(c => (c.Beats, c.Reach) = (!cut, cut && dialsFailToo ? CoreReach.Unreachable : CoreReach.Reachable));
                entries.ForEach(e => e.ReachesManagement = !cut);
            }
        });
    }

    private static SimulatedScenario Provider(Random random, Action<SimulatedCore> trouble)
    {
        var network = Any(random, minParticipants: 2);
        var who = network.Cores[random.Next(network.Cores.Count)].Participant;
        return Nothing(network, 900, second =>
        {
            if (second == At)
            {
                foreach (var core in network.Cores.Where(c => c.Participant == who))
                {
                    trouble(core);
                }
            }
        });
    }

    private static SimulatedScenario ProviderOutage(Random random)
    {
        // Often all Cores of a cell are that provider's; and often they come back.
        var network = Any(random);
        var cell = network.Cells[random.Next(network.Cells.Count)];
        var who = cell.Cores[0].Participant;
        var all = random.Next(2) == 0;
        var dead = network.Cores.Where(c => c.Participant == who || (all && c.Cell == cell)).ToList();
        var until = At + random.Next(15, 600);
        return Nothing(network, 900, second =>
        {
            if (second == At)
            {
                dead.ForEach(c => c.Die(CoreReach.Unreachable));
            }
            else if (second == until)
            {
                dead.ForEach(c => c.Return());
            }
        });
    }

    private static SimulatedScenario ProviderFilters(Random random) => Provider(random, core => core.Reach = CoreReach.Unreachable);

    private static SimulatedScenario CoreWave(Random random)
    {
        var network = Any(random);
        var spread = random.Next(1, 300);
        var restarts = network.Cores.ToDictionary(c => c, _ => (Down: At + random.Next(spread), For: random.Next(3, 40), Clean: random.Next(2) == 0));
        return Nothing(network, 700, second =>
        {
            foreach (var (core, restart) in restarts)
            {
                if (second == restart.Down)
                {
                    if (restart.Clean)
                    {
                        core.Leave();
                    }
                    else
                    {
                        core.Die(CoreReach.Refused);
                    }
                }
                else if (second == restart.Down + restart.For)
                {
                    core.Return();
                }
            }
        });
    }

    private static SimulatedScenario EntryWave(Random random)
    {
        var network = Any(random);
        var spread = random.Next(1, 300);
        var restarts = network.Entries.ToDictionary(e => e, _ => (Down: At + random.Next(spread), For: random.Next(3, 40)));
        return Nothing(network, 700, second =>
        {
            foreach (var (entry, restart) in restarts)
            {
                entry.ReachesManagement = second < restart.Down || second >= restart.Down + restart.For;
                entry.HasTried = second < restart.Down || second >= restart.Down + restart.For + 10;
                entry.Report = second == restart.Down + restart.For || second == restart.Down + restart.For + 10 ? null : entry.Report;
            }
        });
    }

    private static SimulatedScenario EgressDown(Random random)
    {
        var network = new SimulatedNetwork(random, random.Next(2, 5), random.Next(2, 10), random.Next(1, 4), labelled: false);
        return Nothing(network, 700, second =>
        {
            foreach (var entry in network.Entries)
            {
                entry.NetworkIsUp = second < At;
            }
        });
    }

    private static SimulatedScenario Night(Random random)
    {
        var network = Any(random);
        var bedtimes = network.Cells.ToDictionary(c => c, _ => At + random.Next(120));
        var each = network.Entries.SelectMany(e => network.Cells.Select(c => (Entry: e, Cell: c, From: bedtimes[c] + random.Next(60), For: random.Next(60, 1200), Collapses: random.NextDouble() < 0.6))).ToList();
        return Nothing(network, 2400, second =>
        {
            foreach (var (entry, cell, from, length, collapses) in each)
            {
                if (entry.Clients[cell].Truth == Arrivals.Idle)
                {
                    continue;
                }

                entry.Clients[cell].Truth = second < from ? Arrivals.Normal : second < from + length && collapses ? Arrivals.Collapsed : Arrivals.Idle;
            }
        });
    }

    private static SimulatedScenario ExitBlocked(Random random, CoreReach looks, IncidentKind kind)
    {
        var network = Any(random, minCells: 2);
        var cell = network.Cells[random.Next(network.Cells.Count)];
        var away = random.Next(2) == 0;
        return new(
            network,
            500,
            second =>
            {
                network.Way = (_, c) => c == cell && second >= At ? looks : CoreReach.Reachable;
                foreach (var entry in network.Entries.Where(e => away && second >= At + 60 && e.Clients[cell].Truth == Arrivals.Normal))
                {
                    entry.Clients[cell].Truth = Arrivals.Collapsed; // whoever cannot get out goes elsewhere
                }
            },
            (cell.Id, IncidentSubject.ExitDomain, [kind]));
    }

    private static SimulatedScenario OnlyExitBlocked(Random random)
    {
        var network = new SimulatedNetwork(random, 1, random.Next(2, 10), random.Next(1, 4), random.Next(2) == 0);
        return new(
            network,
            500,
            second => network.Way = (_, _) => second >= At ? CoreReach.Unreachable : CoreReach.Reachable,
            (network.Cells[0].Id, IncidentSubject.ExitDomain, [IncidentKind.Blocked]));
    }

    private static SimulatedScenario TwoBlocked(Random random)
    {
        var network = new SimulatedNetwork(random, 3, random.Next(2, 10), random.Next(1, 4), random.Next(2) == 0);
        var second = At + random.Next(60);
        return new(
            network,
            500,
            now => network.Way = (_, c) => (c == network.Cells[0] && now >= At) || (c == network.Cells[1] && now >= second) ? CoreReach.Unreachable : CoreReach.Reachable,
            (network.Cells[0].Id, IncidentSubject.ExitDomain, [IncidentKind.Blocked]),
            (network.Cells[1].Id, IncidentSubject.ExitDomain, [IncidentKind.Blocked]));
    }

    private static SimulatedScenario AllBlocked(Random random)
    {
        var network = new SimulatedNetwork(random, random.Next(2, 5), random.Next(4, 10), random.Next(1, 4), labelled: true);
        return new(
            network,
            500,
            second => network.Way = (_, _) => second >= At ? CoreReach.Unreachable : CoreReach.Reachable,
            [.. network.Cells.Select(c => (c.Id, IncidentSubject.ExitDomain, new[] { IncidentKind.Blocked }))]);
    }

    private static SimulatedScenario InPlaces(Random random)
    {
        var network = Any(random, minCells: 2, minEntries: 4);
        var cell = network.Cells[random.Next(network.Cells.Count)];
        var there = network.Entries.Take(random.Next(2, (network.Entries.Count / 2) + 1)).ToHashSet();
        return new(
            network,
            600,
            second => network.Way = (e, c) => c == cell && second >= At && there.Contains(e) ? CoreReach.Unreachable : CoreReach.Reachable,
            (cell.Id, IncidentSubject.ExitDomain, [IncidentKind.BlockedInPlaces]));
    }

    private static SimulatedScenario Degrades(Random random)
    {
        var network = Any(random, minCells: 2, minParticipants: 2);
        var cell = network.Cells[random.Next(network.Cells.Count)];
        var each = network.Entries.ToDictionary(e => e, _ => At + random.Next(300));
        return new(
            network,
            900,
            second => network.Way = (e, c) => c == cell && second >= each[e] ? CoreReach.Slow : CoreReach.Reachable,
            (cell.Id, IncidentSubject.ExitDomain, [IncidentKind.Slow]));
    }

    private static SimulatedScenario DomainFlaps(Random random)
    {
        var network = Any(random, minCells: 2);
        var cell = network.Cells[random.Next(network.Cells.Count)];
        var (down, up) = (random.Next(20, 90), random.Next(10, 200));
        return new(
            network,
            1800,
            second => network.Way = (_, c) => c == cell && second >= At && (second - At) % (down + up) < down ? CoreReach.Unreachable : CoreReach.Reachable,
            (cell.Id, IncidentSubject.ExitDomain, [IncidentKind.Blocked]));
    }

    private static SimulatedScenario BlockedWithADeadCore(Random random)
    {
        var network = Any(random, minCells: 2);
        var cell = network.Cells.OrderByDescending(c => c.Cores.Count).First();
        if (cell.Cores.Count > 2)
        {
            cell.Cores[^1].Die(CoreReach.Unreachable);
        }

        return new(
            network,
            500,
            second => network.Way = (_, c) => c == cell && second >= At ? CoreReach.Unreachable : CoreReach.Reachable,
            (cell.Id, IncidentSubject.ExitDomain, [IncidentKind.Blocked]));
    }

    private static SimulatedScenario EntryBlocked(Random random)
    {
        var network = WithClients(random, minEntries: 2);
        var cell = network.Cells[random.Next(network.Cells.Count)];
        var each = network.Entries.ToDictionary(e => e, _ => At + random.Next(30, 90));
        return new(
            network,
            900,
            second => Collapse(network.Entries.Where(e => second >= each[e]), cell),
            (cell.Id, IncidentSubject.EntryDomain, [IncidentKind.Blocked]));
    }

    private static SimulatedScenario EntryBlockedInPlaces(Random random)
    {
        var network = WithClients(random, minEntries: 5);
        var cell = network.Cells[random.Next(network.Cells.Count)];
        return new(
            network,
            900,
            second => Collapse(network.Entries.Take(2).Where(_ => second >= At), cell),
            (cell.Id, IncidentSubject.EntryDomain, [IncidentKind.BlockedInPlaces]));
    }

    private static SimulatedNetwork WithClients(Random random, int minEntries)
    {
        var network = Any(random, minCells: 2, minEntries: minEntries);
        foreach (var clients in network.Entries.SelectMany(e => e.Clients.Values))
        {
            (clients.Truth, clients.Said) = (Arrivals.Normal, Arrivals.Normal);
        }

        return network;
    }

    private static void Collapse(IEnumerable<SimulatedEntry> entries, SimulatedCell cell)
    {
        foreach (var entry in entries)
        {
            entry.Clients[cell].Truth = Arrivals.Collapsed;
        }
    }
}
