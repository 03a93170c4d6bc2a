using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using CsCheck;

namespace Cellway.Tests.Manager;

public sealed class RouteTableTests
{
    private static readonly RouteIds Ids = new(new byte[RouteIds.SecretLength]);

    [Fact]
    public void Best_CoreGoes_MovesOnlyItsOwnDevicesAndComesBackTheSame()
    {
        Gen.Select(Gen.Int[1, 12], Gen.Int[0, 11], Gen.Int[0, 1000]).Sample((count, gone, device) =>
        {
            var seed = RouteScore.SeedOf($"d{device}");
            var cores = Enumerable.Range(0, count).Select(i => new PlannedCore(Samples.Node($"core-{i}"))).ToArray();
            var before = BestCores.Of(seed, cores).Present().ToList();
            var lost = cores[gone % count];
            PlannedCore[] rest = [.. cores.Where(c => c != lost).Reverse()];
            var after = BestCores.Of(seed, rest);

            // Those that stay keep their order; at most one steps in, and behind them.
            var kept = before.Where(c => c != lost).ToList();
            Assert.Equal(kept, after.Present().Take(kept.Count));
            Assert.Equal(Math.Min(BestCores.Count, count - 1), after.Present().Count());
            Assert.Equal(Math.Min(BestCores.Count, count), before.Count);
            after.Offer([lost]);
            Assert.Equal(before, after.Present());
        });
    }

    [Fact]
    public void Best_ManyDevices_SpreadsThem()
    {
        var cores = Enumerable.Range(0, 5).Select(i => new PlannedCore(Samples.Node($"core-{i}"))).ToArray();
        var firsts = Enumerable.Range(0, 2000).Select(i => BestCores.Of(RouteScore.SeedOf($"d{i}"), cores).First!.Id).CountBy(id => id).ToDictionary();

        Assert.Equal(5, firsts.Count);
        Assert.All(firsts.Values, n => Assert.InRange(n, 300, 500));
    }

    [Fact]
    public void IsAdmitted_AnythingDisabledOrMissing_No()
    {
        Assert.True(IsAdmitted(Samples.Cell(), Samples.User(), Samples.Device("d1")));
        Assert.False(IsAdmitted(Samples.Cell(), Samples.User(), Samples.Device("d1", disabled: true)));
        Assert.False(IsAdmitted(Samples.Cell(), Samples.User(disabled: true), Samples.Device("d1")));
        Assert.False(IsAdmitted(Samples.Cell(), Samples.Device("d1")));
        Assert.False(IsAdmitted(Samples.User(), Samples.Device("d1")));
        Assert.All(
            Enum.GetValues<CellState>(),
            state => Assert.Equal(state != CellState.Forming, IsAdmitted(Samples.Cell(state: state), Samples.User(), Samples.Device("d1")))); // lent others' Cores

        static bool IsAdmitted(params object[] records) =>
            Samples.View(records) is var view && RoutePlan.IsAdmitted(view, view.Accounts.FindDevice("d1")!.Value);
    }

    [Fact]
    public void RoutesFor_AnyNodes_OnlyReadyActiveCoresOfTheCell()
    {
        var view = Samples.View(
            Samples.Cell(), Samples.User(), Samples.Device("d1"),
            Samples.Node("good"), Samples.Session("good"),
            Samples.Node("joining"), Samples.Session("joining", ready: false),
            Samples.Node("offline"),
            Samples.Node("draining", state: NodeState.Draining), Samples.Session("draining"),
            Samples.Node("revoked", state: NodeState.Revoked), Samples.Session("revoked"),
            Samples.Node("elsewhere", cell: "south"), Samples.Session("elsewhere"),
            Samples.Node("entry", Role.Entry), Samples.Session("entry"));

        Assert.Equal(["good"], TableOf(view).RoutesFor(view, view.Accounts.FindDevice("d1")!.Value).Select(r => r.Core.Id));
    }

    [Fact]
    public void Follow_EveryCore_JustTheRoutesThatDevicesHaveThere()
    {
        var cores = Enumerable.Range(0, 6).Select(i => $"core-{i}").ToList();
        var devices = Enumerable.Range(0, 50).Select(i => Samples.Device($"d{i}", disabled: i % 10 == 0)).ToList();
        var view = Samples.View([Samples.Cell(), Samples.User(), .. cores.Select(c => Samples.Node(c)), .. cores.Select(c => Samples.Session(c)), .. devices]);
        var table = TableOf(view);

        var expected = devices.SelectMany(d => table.RoutesFor(view, view.Accounts.FindDevice(d.Id)!.Value)).ToLookup(r => r.Core.Id, r => r.RouteId);
        Assert.Equal(45 * BestCores.Count, expected.Sum(c => c.Count()));
        Assert.All(cores, core => Assert.Equal(expected[core].Order(), AllOf(table.Follow(core))));
        Assert.Empty(table.RoutesFor(view, view.Accounts.FindDevice("d0")!.Value));
        Assert.Empty(AllOf(table.Follow("no such core")));
    }

    [Fact]
    public void Follow_DrainingCore_KeepsWhatItHadAndTakesNothingNew()
    {
        var cores = Enumerable.Range(0, 6).Select(i => $"core-{i}").ToList();
        var devices = Enumerable.Range(0, 20).Select(i => Samples.Device($"d{i}")).ToList();
        var view = Samples.View([Samples.Cell(), Samples.User(), .. cores.Select(c => Samples.Node(c)), .. cores.Select(c => Samples.Session(c)), .. devices]);
        var table = TableOf(view);
        var routes = table.Follow("core-0");
        var before = AllOf(routes);
        Assert.NotEmpty(before);

        view = view.Apply(Samples.Keys, new(2, [Change(Samples.Node("core-0", state: NodeState.Draining))]), out var changes);
        table.Apply(view, changes);

        Assert.Equal(before, AllOf(routes));
        Assert.DoesNotContain("core-0", devices.SelectMany(d => table.RoutesFor(view, view.Accounts.FindDevice(d.Id)!.Value)).Select(r => r.Core.Id));
    }

    /// <summary>What is kept in step by changes is what a table made from scratch would be.</summary>
    [Fact]
    public void Apply_AnyHistory_EqualsATableOfItsEnd()
    {
        object[] records =
        [
            .. Enumerable.Range(0, 12).SelectMany(i => new object[] { Samples.Device($"d{i}", user: i % 3 == 0 ? "eve" : "bob", cell: i % 4 == 0 ? "south" : "north"), Samples.Device($"d{i}", user: "bob", disabled: true) with { CredentialHash = Samples.HashOf($"new {i}") } }),
            .. Enumerable.Range(0, 12).Select(i => Samples.Device($"d{i}") with { CredentialHash = Samples.HashOf($"again {i}"), Cell = "south" }),
            .. Enumerable.Range(0, 7).SelectMany(i => new object[] { Samples.Node($"core-{i}", cell: i == 6 ? "south" : "north"), Samples.Session($"core-{i}"), Samples.Node($"core-{i}", state: NodeState.Draining) }),
            Samples.Node("core-1") with { KeyHash = Samples.HashOf("another key") }, Samples.Node("core-2", state: NodeState.Revoked),
            Samples.User(), Samples.User(disabled: true), Samples.User("eve"),
            Samples.Cell(), Samples.Cell("south"), Samples.Cell(state: CellState.Forming),
        ];
        Gen.Select(Gen.Int[0, records.Length - 1], Gen.Int[0, 4]).List[0, 80].Sample(
            history =>
            {
                var state = new SortedDictionary<string, StateEntry>(StringComparer.Ordinal);
                var view = Samples.View(Samples.Cell(), Samples.User());
                var table = TableOf(view);
                var followed = Enumerable.Range(0, 7).ToDictionary(i => $"core-{i}", i => table.Follow($"core-{i}"));
                foreach (var record in new object[] { Samples.Network, Samples.Cell(), Samples.User() })
                {
                    state[Samples.Entry(record).Key] = Samples.Entry(record);
                }

                long revision = 1;
                foreach (var (index, deleted) in history)
                {
                    var entry = Samples.Entry(records[index]);
                    state.Remove(entry.Key);
                    if (deleted > 0)
                    {
                        state.Add(entry.Key, entry);
                    }

                    view = view.Apply(Samples.Keys, new(++revision, [new(entry.Key, deleted > 0 ? entry : null)]), out var changes);
                    table.Apply(view, changes);
                }

                var wholeView = NetworkView.Of(Samples.Keys, new(revision, [.. state.Values]));
                var whole = TableOf(wholeView);
                foreach (var (core, routes) in followed)
                {
                    // Those that take no new sessions may keep more, for the running ones.
                    var isLoose = RoutePlan.CoreOf(wholeView, core) is { Standing: not CoreStanding.Usable };
                    Assert.True(isLoose || AllOf(whole.Follow(core)).SequenceEqual(AllOf(routes)));
                }

                foreach (var (_, row) in wholeView.Accounts.AllDevices())
                {
                    Assert.Equal(
                        whole.RoutesFor(wholeView, row).Select(r => (r.Core.Id, r.RouteId)),
                        table.RoutesFor(view, view.Accounts.FindDevice(row.Id)!.Value).Select(r => (r.Core.Id, r.RouteId)));
                }
            },
            iter: 300);
    }

    [Fact]
    public void TakeChanged_AfterOneRoute_OnlyItsShard()
    {
        var (routes, devices, core) = Routes(1);
        Assert.Equal(256, routes.TakeChanged().Count);
        Assert.Empty(routes.TakeChanged());
        var id = Ids.Of(devices.StoredAt(0)!.Value, core);

        routes.Add(0);
        Assert.Equal(id.FirstByte, Assert.Single(routes.TakeChanged()));
        Assert.Empty(routes.TakeChanged());
        Assert.Equal(id, Assert.Single(AllOf(routes)));
        routes.Remove(0);
        Assert.Equal(id.FirstByte, Assert.Single(routes.TakeChanged()));
        Assert.Empty(AllOf(routes));
    }

    [Fact]
    public void TakeChanged_CameAndWentMeanwhile_Nothing()
    {
        var (routes, _, _) = Routes(500);
        routes.TakeChanged();
        for (var slot = 0; slot < 500; slot++)
        {
            routes.Add(slot);
        }

        for (var slot = 0; slot < 500; slot++)
        {
            routes.Remove(slot);
        }

        Assert.Empty(routes.TakeChanged());
    }

    /// <summary>In whatever order devices come and go, and whenever somebody looks: what is there is what was last said, in order.</summary>
    [Fact]
    public void CoreRoutes_AnyHistory_HoldsJustWhatItWasToldLast()
    {
        const int devices = 120;
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, devices - 1], Gen.Int[1, 40]).List[0, 60].Sample(
            history =>
            {
                var (routes, accounts, core) = Routes(devices);
                var expected = new HashSet<int>();
                var seen = new HashSet<RouteId>();
                routes.TakeChanged();
                foreach (var (what, first, count) in history)
                {
                    var slots = Enumerable.Range(first, count).Select(s => s % devices).ToList();
                    switch (what)
                    {
                        case 0: slots.ForEach(routes.Add); expected.UnionWith(slots); break;
                        case 1: slots.ForEach(routes.Remove); expected.ExceptWith(slots); break;
                        case 2: routes.Replace(slots); expected = [.. slots]; break;
                        default:
                            var changed = routes.TakeChanged();
                            var now = AllOf(routes);
                            Assert.Subset(changed.ToHashSet(), seen.Except(now).Concat(now.Except(seen)).Select(id => id.FirstByte).ToHashSet());
                            seen = [.. now];
                            break;
                    }
                }

                Assert.Equal(expected.Select(s => Ids.Of(accounts.StoredAt(s)!.Value, core)).Order(), AllOf(routes));
            },
            iter: 300);
    }

    [Fact]
    public void TakeTouched_CoreComes_ThoseThatOnlyLoseDevicesAreToldLater()
    {
        var devices = Enumerable.Range(0, 50).Select(i => Samples.Device($"d{i}")).ToList();
        var view = Samples.View(
            [Samples.Cell(), Samples.User(), .. Enumerable.Range(0, 6).Select(i => Samples.Node($"core-{i}")), .. Enumerable.Range(0, 5).Select(i => Samples.Session($"core-{i}")), .. devices]);
        var table = TableOf(view);
        var routes = Enumerable.Range(0, 6).Select(i => table.Follow($"core-{i}")).ToList();
        table.TakeTouched(left: true);

        view = view.Apply(Samples.Keys, new(2, [Change(Samples.Session("core-5"))]), out var changes);
        table.Apply(view, changes);

        Assert.Equal(["core-5"], table.TakeTouched());
        Assert.True(table.AnyLeft);
        Assert.NotEmpty(table.TakeTouched(left: true));
        Assert.False(table.AnyLeft);
        Assert.Equal(50 * BestCores.Count, routes.Sum(r => AllOf(r).Count));

        view = view.Apply(Samples.Keys, new(3, [Change(Samples.Device("d0", disabled: true))]), out changes);
        table.Apply(view, changes);

        Assert.Equal(BestCores.Count, table.TakeTouched().Count); // whoever is no longer admitted is forgotten at once
    }

    [Fact]
    public void RouteIds_AnyPartDiffers_AnotherId()
    {
        var (device, core) = (Samples.Device("d1"), Samples.Node("core-1"));
        RouteId[] ids =
        [
            Of(device, core),
            Of(device with { Id = "d2" }, core),
            Of(device with { CredentialHash = Samples.HashOf("reissued") }, core),
            Of(device, core with { Id = "core-2" }),
            Of(device, core with { KeyHash = Samples.HashOf("another key") }),
            Of(device, core with { Cell = "south" }),
            new RouteIds([1, .. new byte[31]]).Of(DeviceRow.Of(device), new(core)),
        ];

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(ids[0], Of(device with { Name = "renamed", Disabled = true }, core with { State = NodeState.Draining }));

        static RouteId Of(DeviceRecord device, NodeRecord core) => Ids.Of(DeviceRow.Of(device), new(core));
    }

    [Fact]
    public void RouteIds_Read_LeadsBackToTheDeviceWhateverHasBecomeOfIt()
    {
        var id = Names.NewId();
        var (device, core) = (DeviceRow.Of(Samples.Device(id)), new PlannedCore(Samples.Node("core-1")));
        var reissued = device with { Credential = Hash256.Of([1]) };

        Assert.Equal((DeviceNumber.Of(id), false), Ids.Read(Ids.Of(device, core)));
        Assert.Equal((DeviceNumber.Of(id), false), Ids.Read(Ids.Of(reissued, core)));
        Assert.Equal((DeviceNumber.Of(id), true), Ids.Read(Ids.Of(device, new(Samples.Node("core-1", cell: "south")))));
        Assert.Equal(id, Ids.Read(Ids.Of(device, core)).Device.ToString());
        Assert.NotEqual(DeviceNumber.Of(id), new RouteIds([1, .. new byte[31]]).Read(Ids.Of(device, core)).Device);
    }

    private static (CoreRoutes Routes, AccountTable Devices, PlannedCore Core) Routes(int devices)
    {
        var (accounts, core) = (new AccountTable(), new PlannedCore(Samples.Node("core-1")));
        for (var i = 0; i < devices; i++)
        {
            accounts.SetDevice($"d{i}", DeviceRow.Of(Samples.Device($"d{i}")));
        }

        var routes = new CoreRoutes(new(Ids) { Accounts = accounts });
        routes.BelongTo(core);
        return (routes, accounts, core);
    }

    private static List<RouteId> AllOf(CoreRoutes routes)
    {
        List<RouteId> all = [];
        for (var shard = 0; shard < CoreRoutes.Shards; shard++)
        {
            all.AddRange(routes.Read((byte)shard).Select(r => r.Id));
        }

        Assert.Equal(all, routes.ReadAll().Select(r => r.Id));
        return all;
    }

    private static RouteTable TableOf(NetworkView view)
    {
        var table = new RouteTable(Ids);
        table.Apply(view, new() { Everything = true });
        return table;
    }

    private static StateChange Change(object record) => new(Samples.Entry(record).Key, Samples.Entry(record));
}
