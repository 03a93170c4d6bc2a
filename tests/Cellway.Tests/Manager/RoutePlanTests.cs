using Cellway.Manager.Routing;
using Cellway.Model.Cells;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using CsCheck;

namespace Cellway.Tests.Manager;

public sealed class RoutePlanTests
{
    private static readonly RouteIds Ids = new(new byte[RouteIds.SecretLength]);

    [Fact]
    public void Rank_CoreGoes_MovesOnlyItsOwnDevicesAndComesBackTheSame()
    {
        Gen.Select(Gen.Int[1, 12], Gen.Int[0, 11], Gen.Int[0, 1000]).Sample((count, gone, device) =>
        {
            var cores = Enumerable.Range(0, count).Select(i => Samples.Node($"core-{i}")).ToList();
            var before = RoutePlan.Rank(Samples.Device($"d{device}"), cores);
            var lost = cores[gone % count];
            var after = RoutePlan.Rank(Samples.Device($"d{device}"), cores.Where(c => c != lost).Reverse());

            // Those that stay keep their order; at most one steps in, and behind them.
            var kept = before.Where(c => c != lost).ToList();
            Assert.Equal(kept, after.Take(kept.Count));
            Assert.Equal(Math.Min(RoutePlan.CoresPerDevice, count - 1), after.Count);
            Assert.Equal(Math.Min(RoutePlan.CoresPerDevice, count), before.Count);
        });
    }

    [Fact]
    public void Rank_ManyDevices_SpreadsThem()
    {
        var cores = Enumerable.Range(0, 5).Select(i => Samples.Node($"core-{i}")).ToList();
        var firsts = Enumerable.Range(0, 2000).Select(i => RoutePlan.Rank(Samples.Device($"d{i}"), cores)[0].Id).CountBy(id => id).ToDictionary();

        Assert.Equal(5, firsts.Count);
        Assert.All(firsts.Values, n => Assert.InRange(n, 300, 500));
    }

    [Fact]
    public void IsAdmitted_AnythingDisabledOrMissing_No()
    {
        var device = Samples.Device("d1");

        Assert.True(RoutePlan.IsAdmitted(Samples.View(Samples.Cell(), Samples.User()), device));
        Assert.False(RoutePlan.IsAdmitted(Samples.View(Samples.Cell(), Samples.User()), device with { Disabled = true }));
        Assert.False(RoutePlan.IsAdmitted(Samples.View(Samples.Cell(), Samples.User(disabled: true)), device));
        Assert.False(RoutePlan.IsAdmitted(Samples.View(Samples.Cell()), device));
        Assert.False(RoutePlan.IsAdmitted(Samples.View(Samples.User()), device));
        Assert.All(
            Enum.GetValues<CellState>().Except([CellState.Active]),
            state => Assert.False(RoutePlan.IsAdmitted(Samples.View(Samples.Cell(state: state), Samples.User()), device)));
    }

    [Fact]
    public void CoresOf_AnyNodes_OnlyAttachedActiveCoresOfTheCell()
    {
        var view = Samples.View(
            Samples.Node("good"), Samples.Session("good", ready: false),
            Samples.Node("offline"),
            Samples.Node("draining", state: NodeState.Draining), Samples.Session("draining"),
            Samples.Node("revoked", state: NodeState.Revoked), Samples.Session("revoked"),
            Samples.Node("elsewhere", cell: "south"), Samples.Session("elsewhere"),
            Samples.Node("entry", Role.Entry), Samples.Session("entry"));

        Assert.Equal(["good"], RoutePlan.CoresOf(view, "north").Select(c => c.Id));
    }

    [Fact]
    public void RoutesOf_EveryCore_JustTheRoutesThatDevicesHaveThere()
    {
        var cores = Enumerable.Range(0, 6).Select(i => $"core-{i}").ToList();
        var devices = Enumerable.Range(0, 50).Select(i => Samples.Device($"d{i}", disabled: i % 10 == 0)).ToList();
        var table = new RouteTable(
            Samples.View([Samples.Cell(), Samples.User(), .. cores.Select(c => Samples.Node(c)), .. cores.Select(c => Samples.Session(c)), .. devices]), Ids);

        var expected = devices.SelectMany(d => table.RoutesFor(d)).ToLookup(r => r.Core.Id, r => r.RouteId);
        Assert.Equal(45 * RoutePlan.CoresPerDevice, expected.Sum(c => c.Count()));
        Assert.All(cores, core => Assert.Equal(expected[core].ToHashSet(), table.RoutesOf(core).ToHashSet()));
        Assert.Empty(table.RoutesFor(devices[0]));
        Assert.Empty(table.RoutesOf("no such core"));
    }

    [Fact]
    public void RoutesOf_DrainingCore_KeepsWhatItHadAndTakesNothingNew()
    {
        var cores = Enumerable.Range(0, 3).Select(i => $"core-{i}").ToList();
        var devices = Enumerable.Range(0, 20).Select(i => Samples.Device($"d{i}")).ToList();
        var before = Table(NodeState.Active);
        var after = Table(NodeState.Draining);

        Assert.NotEmpty(before.RoutesOf("core-0"));
        Assert.Equal(before.RoutesOf("core-0").ToHashSet(), after.RoutesOf("core-0").ToHashSet());
        Assert.DoesNotContain("core-0", devices.SelectMany(d => after.RoutesFor(d)).Select(r => r.Core.Id));

        RouteTable Table(NodeState first) => new(
            Samples.View([Samples.Cell(), Samples.User(), .. cores.Select(c => Samples.Node(c, state: c == "core-0" ? first : NodeState.Active)), .. cores.Select(c => Samples.Session(c)), .. devices]),
            Ids);
    }

    [Fact]
    public void RouteIds_AnyPartDiffers_AnotherId()
    {
        var (device, core) = (Samples.Device("d1"), Samples.Node("core-1"));
        RouteId[] ids =
        [
            Ids.Of(device, core),
            Ids.Of(device with { Id = "d2" }, core),
            Ids.Of(device with { CredentialHash = Samples.HashOf("reissued") }, core),
            Ids.Of(device, core with { Id = "core-2" }),
            Ids.Of(device, core with { KeyHash = Samples.HashOf("another key") }),
            new RouteIds([1, .. new byte[31]]).Of(device, core),
        ];

        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(ids[0], Ids.Of(device with { Name = "renamed", Disabled = true }, core with { State = NodeState.Draining }));
    }
}
