using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Devices;
using Cellway.Model.Nodes;
using Cellway.Model.Routing;
using Cellway.Model.State;
using CsCheck;

namespace Cellway.Tests.Manager;

/// <summary>Invariants of architecture.md 8: where the devices of a cell go that cannot carry them.</summary>
public sealed class ReserveTests
{
    private static readonly RouteIds Ids = new(new byte[RouteIds.SecretLength]);
    private static readonly string[] Devices = [.. Enumerable.Range(0, 200).Select(i => $"d{i}")];

    private static readonly object[] Network =
    [
        Samples.Cell(), Samples.Cell("south"), Samples.Participant(), Samples.Participant("carol") with { ReserveBytesPerMonth = 0 }, Samples.User(),
        .. Cores("north", "n", 4), .. Cores("south", "s", 4), .. Cores("south", "mean", 2, "carol"),
        .. Devices.Select(d => Samples.Device(d)),
    ];

    [Theory]
    [InlineData("blocked")]
    [InlineData("compromised")]
    [InlineData("retired")]
    [InlineData("out")]
    [InlineData("offline")]
    public void Cell_CannotCarryItsDevices_TheyAreLentLivingCoresOfThoseWhoLend(string how)
    {
        object[] changed = how switch
        {
            "blocked" => [Samples.Cell() with { ExitBlockedSince = Samples.Now }],
            "compromised" => [Samples.Cell(state: CellState.Compromised)],
            "retired" => [Samples.Cell(state: CellState.Retired)],
            "out" => [.. Enumerable.Range(0, 4).Select(i => Out($"n{i}"))],
            _ => [],
        };
        var table = new Tester(Network);
        table.Apply(changed);
        if (how == "offline")
        {
            table.Remove([.. Enumerable.Range(0, 4).Select(i => Samples.Session($"n{i}"))]);
        }

        foreach (var device in Devices)
        {
            var cores = table.CoresOf(device);
            Assert.Equal(3, cores.Count);
            Assert.All(cores, c => Assert.StartsWith("s", c, StringComparison.Ordinal));
        }

        table.AssertFollowedHoldWhatDevicesNeed();
    }

    [Fact]
    public void NobodyLends_DevicesKeepTheirOwnCores_EvenThoseThatAreOut()
    {
        var table = new Tester([.. Network, Samples.Participant() with { ReserveBytesPerMonth = 0 }]);

        table.Apply(Samples.Cell() with { ExitBlockedSince = Samples.Now });
        Assert.All(table.CoresOf("d0"), c => Assert.StartsWith("n", c, StringComparison.Ordinal));
        table.Apply([.. Enumerable.Range(0, 4).Select(i => Out($"n{i}"))]);
        Assert.All(table.CoresOf("d0"), c => Assert.StartsWith("n", c, StringComparison.Ordinal));
        Assert.Equal(3, table.CoresOf("d0").Count);
    }

    [Fact]
    public void LastCellCompromised_ItsDevicesStayWithIt()
    {
        var table = new Tester(Network);
        table.Apply(Samples.Cell(state: CellState.Compromised), Samples.Cell("south", CellState.Compromised));

        Assert.All(Devices, d => Assert.All(table.CoresOf(d), c => Assert.StartsWith("n", c, StringComparison.Ordinal)));
    }

    [Fact]
    public void SeveralCellsBlocked_TheyLendEachOtherNothing()
    {
        var table = new Tester([.. Network, Samples.Cell("west"), .. Cores("west", "w", 2), Samples.Device("far", cell: "south")]);
        table.Apply(Samples.Cell() with { ExitBlockedSince = Samples.Now }, Samples.Cell("south") with { ExitBlockedSince = Samples.Now });

        Assert.All(["d0", "far"], device => Assert.All(table.CoresOf(device), c => Assert.StartsWith("w", c, StringComparison.Ordinal)));

        table.Apply(Samples.Cell("west") with { ExitBlockedSince = Samples.Now });
        Assert.All(table.CoresOf("d0"), c => Assert.StartsWith("n", c, StringComparison.Ordinal)); // each has its own again: they may be all there is
        Assert.All(table.CoresOf("far"), c => Assert.Matches("^(s|mean)", c));
    }

    [Fact]
    public void Return_StepByStep_OnlyAsManyAsTheStepMoves_AndRoutesOfRunningSessionsStay()
    {
        var table = new Tester(Network);
        var home = Devices.ToDictionary(d => d, table.CoresOf);
        table.Apply(Samples.Cell() with { ExitBlockedSince = Samples.Now }, Returned(0));
        var lent = table.AllRoutesAt("s");
        var away = Devices.Length;
        for (var share = 0; share < Ways.Whole; share += 128)
        {
            table.Apply(Samples.Cell(), Returned(share));
            var still = Devices.Count(d => table.CoresOf(d)[0][0] == 's');
            Assert.InRange(still, 0, away);
            Assert.InRange(still, (Devices.Length * (Ways.Whole - share) / Ways.Whole) - 30, (Devices.Length * (Ways.Whole - share) / Ways.Whole) + 30);
            away = still;
            Assert.Subset(table.AllRoutesAt("s"), lent);
            table.AssertFollowedHoldWhatDevicesNeed();
        }

        table.Remove(Returned(0));
        Assert.All(Devices, d => Assert.Equal(home[d], table.CoresOf(d)));
        Assert.Empty(table.AllRoutesAt("s"));
    }

    [Fact]
    public void DeviceDisabledWhileAway_HoldsNoRouteAnywhere()
    {
        var table = new Tester(Network);
        table.Apply(Samples.Cell() with { ExitBlockedSince = Samples.Now }, Returned(0));
        table.Apply([.. Devices.Select(d => Samples.Device(d, disabled: true))]);

        Assert.Empty(table.AllRoutesAt(""));
    }

    [Fact]
    public void Pinned_ItsCoreIsFirst_AndWhenThatIsOutTheNextOnes()
    {
        var table = new Tester(Network);
        foreach (var core in new[] { "n0", "n1", "n2", "n3" })
        {
            table.Apply(Samples.Device("d7") with { PinnedCore = core });
            Assert.Equal(core, table.CoresOf("d7")[0]);
            table.AssertFollowedHoldWhatDevicesNeed();
        }

        table.Apply(Out("n3"));
        Assert.DoesNotContain("n3", table.CoresOf("d7"));
        table.Apply(Samples.Session("n3"));
        Assert.Equal("n3", table.CoresOf("d7")[0]);
        table.Apply(Samples.Device("d7"));
        Assert.Equal(new Tester(Network).CoresOf("d7"), table.CoresOf("d7"));
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(2, 0.25)]
    public void Loaded_ItsShareIsHalved_AndOnlyItsDevicesMove(int halvings, double share)
    {
        PlannedCore[] before = [.. Enumerable.Range(0, 4).Select(i => new PlannedCore(Samples.Node($"n{i}"), Samples.Session($"n{i}")))];
        PlannedCore[] after = [new(Samples.Node("n0"), Samples.Session("n0") with { LoadHalvings = halvings }), .. before[1..]];
        var moved = 0;
        var stayed = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var (was, now) = (BestCores.Of(RouteScore.SeedOf($"d{i}"), before).First!.Id, BestCores.Of(RouteScore.SeedOf($"d{i}"), after).First!.Id);
            Assert.True(was == now || was == "n0");
            moved += was != now ? 1 : 0;
            stayed += now == "n0" ? 1 : 0;
        }

        var expected = 20_000 * share / (3 + share);
        Assert.InRange(stayed, expected * 0.9, expected * 1.1);
        Assert.InRange(moved, 1, 20_000 / 3);
    }

    /// <summary>As long as any Core could carry a device, it has routes; and what Cores hold covers them, whatever has happened.</summary>
    [Fact]
    public void AnyHistory_RoutesAreNeverEmptyWhileAnyPathLives()
    {
        object[] changes =
        [
            .. Enumerable.Range(0, 4).SelectMany(i => new object[] { Out($"n{i}"), Samples.Session($"n{i}"), Samples.Session($"n{i}") with { LoadHalvings = 1 }, Out($"s{i}"), Samples.Session($"s{i}") }),
            Samples.Cell(), Samples.Cell() with { ExitBlockedSince = Samples.Now }, Samples.Cell(state: CellState.Compromised),
            Samples.Cell("south"), Samples.Cell("south", CellState.Compromised), Samples.Participant(), Samples.Participant() with { ReserveBytesPerMonth = 0 },
            Returned(0), Returned(300), Returned(1000), Samples.Node("n1", state: NodeState.Draining), Samples.Node("n1"),
            Samples.Device("d0", disabled: true), Samples.Device("d0"), Samples.Device("d1", cell: "south"), Samples.Device("d1") with { PinnedCore = "n2" },
        ];
        Gen.Select(Gen.Int[0, changes.Length - 1], Gen.Int[0, 5]).List[0, 40].Sample(
            history =>
            {
                var table = new Tester([.. Network.Where(r => r is not DeviceRecord { Id: not ("d0" or "d1" or "d2" or "d3") })]);
                foreach (var (index, kept) in history)
                {
                    if (kept > 0 || changes[index] is CellRecord or Cellway.Model.Participants.ParticipantRecord or DeviceRecord)
                    {
                        table.Apply(changes[index]);
                    }
                    else
                    {
                        table.Remove(changes[index]);
                    }

                    foreach (var device in new[] { "d0", "d1", "d2", "d3" }.Where(table.IsAdmitted))
                    {
                        Assert.True(table.CoresOf(device).Count > 0 || !table.HasAnyPath(device));
                    }

                    table.AssertFollowedHoldWhatDevicesNeed();
                }

                table.AssertSameAsFromScratch();
            },
            iter: 200);
    }

    private static IEnumerable<object> Cores(string cell, string prefix, int count, string participant = "alice") =>
        Enumerable.Range(0, count).SelectMany(i => new object[] { Samples.Node($"{prefix}{i}", cell: cell) with { Participant = participant }, Samples.Session($"{prefix}{i}") });

    private static NodeSessionRecord Out(string core) => Samples.Session(core, ready: false) with { OutSince = Samples.Now };

    private static CellReturnRecord Returned(int share) => new() { Cell = "north", Since = Samples.Now, Share = share, ChangedAt = Samples.Now };

    /// <summary>A table that follows every Core, beside the view it is of.</summary>
    private sealed class Tester
    {
        private readonly RouteTable _table = new(Ids);
        private readonly Dictionary<string, CoreRoutes> _followed;
        private readonly SortedDictionary<string, StateEntry> _state = new(StringComparer.Ordinal);
        private NetworkView _view;
        private long _revision = 1;

        public Tester(IEnumerable<object> records)
        {
            foreach (var record in records)
            {
                _state[Samples.Entry(record).Key] = Samples.Entry(record);
            }

            _view = NetworkView.Of(Samples.Keys, new(1, [.. _state.Values]));
            _table.Apply(_view, new() { Everything = true });
            _followed = _view.Nodes.Keys.ToDictionary(id => id, _table.Follow);
        }

        public void Apply(params object[] records) => Apply(records.Select(Samples.Entry).Select(e => new StateChange(e.Key, e)));

        public void Remove(params object[] records) => Apply(records.Select(r => new StateChange(Samples.Entry(r).Key, null)));

        public IReadOnlyList<string> CoresOf(string device) => CoresOf(_table, _view, device);

        public bool IsAdmitted(string device) => RoutePlan.IsAdmitted(_view, Row(_view, device));

        public bool HasAnyPath(string device)
        {
            var cores = _view.Nodes.Keys.Select(id => RoutePlan.CoreOf(_view, id)).OfType<PlannedCore>().ToList();
            return cores.Any(c => c.Cell == Row(_view, device).Cell && c.Standing is CoreStanding.Usable or CoreStanding.Out && c.Cell == Row(_view, device).Cell)
                || cores.Any(c => c is { Standing: CoreStanding.Usable, Lends: true } && RoutePlan.IsWell(_view.Cells[c.Cell]));
        }

        public HashSet<RouteId> AllRoutesAt(string prefix) =>
            [.. _followed.Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal)).SelectMany(f => Enumerable.Range(0, 256).SelectMany(shard => In(f.Value, (byte)shard)))];

        public void AssertFollowedHoldWhatDevicesNeed()
        {
            foreach (var (_, row) in _view.Accounts.AllDevices())
            {
                foreach (var (core, route) in _table.RoutesFor(_view, row))
                {
                    Assert.Contains(route, In(_followed[core.Id], route.FirstByte));
                }
            }
        }

        public void AssertSameAsFromScratch()
        {
            var view = NetworkView.Of(Samples.Keys, new(_revision, [.. _state.Values]));
            var whole = new RouteTable(Ids);
            whole.Apply(view, new() { Everything = true });
            foreach (var (_, row) in view.Accounts.AllDevices())
            {
                Assert.Equal(CoresOf(whole, view, row.Id), CoresOf(row.Id));
            }
        }

        private static IEnumerable<RouteId> In(CoreRoutes routes, byte shard) => routes.Read(shard).Select(r => r.Id);

        private static IReadOnlyList<string> CoresOf(RouteTable table, NetworkView view, string device) => [.. table.RoutesFor(view, Row(view, device)).Select(r => r.Core.Id)];

        private static DeviceRow Row(NetworkView view, string device) => view.Accounts.FindDevice(device)!.Value;

        private void Apply(IEnumerable<StateChange> changes)
        {
            List<StateChange> all = [.. changes];
            foreach (var change in all)
            {
                _state.Remove(change.Key);
                if (change.Entry is not null)
                {
                    _state.Add(change.Key, change.Entry);
                }
            }

            _view = _view.Apply(Samples.Keys, new(++_revision, all), out var what);
            _table.Apply(_view, what);
        }
    }
}
