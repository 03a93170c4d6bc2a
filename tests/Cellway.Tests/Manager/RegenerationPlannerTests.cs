using Cellway.Manager.Incidents;
using Cellway.Manager.Leadership;
using Cellway.Manager.Regeneration;
using Cellway.Model.Cells;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Model.Incidents;
using Cellway.Model.Nodes;
using Cellway.Model.Regeneration;
using Cellway.Model.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.Tests.Manager;

/// <summary>Invariants of regenerations: a device is always in one of the two cells and moves once; the old cell retires only when it is empty; each step can be repeated.</summary>
public sealed class RegenerationPlannerTests : IAsyncLifetime
{
    private const int Devices = 250;

    private PlannedNetwork _network = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RegenerationRecord Record => _network.View.Regenerations["north"];

    private IncidentRecord Incident => _network.View.Incidents["incident-1"];

    public async ValueTask InitializeAsync()
    {
        _network = await PlannedNetwork.StartAsync(
        [
            Samples.Cell(), Samples.Cell("south", CellState.Forming), Samples.User(), Samples.Node("core-1"), Samples.Node("core-2", state: NodeState.Revoked),
            Samples.Node("entry-1", Role.Entry, cell: null), Samples.Token("aa"), Samples.Token("bb") with { Spent = null, RevokedAt = null },
            .. Enumerable.Range(0, Devices).Select(i => Samples.Device($"device-{i}")),
            Samples.Regeneration() with { ReadyCores = 2 },
        ]);
        await _network.CommitAsync(new StateTransaction().Open(Samples.Keys, Samples.Incident("incident-1")));
    }

    public ValueTask DisposeAsync() => _network.DisposeAsync();

    [Fact]
    public async Task WholeWay_StepByStep_EachByAnotherLeader()
    {
        await StepAsync();
        await ReadyAsync("new-1");
        await StepAsync();
        Assert.Equal((RegenerationStep.Forming, "waits for Cores: 1 of 2 are ready"), (Record.Step, Record.HeldUpBy));
        Assert.Equal(Devices, DevicesIn("north"));

        await ReadyAsync("new-2");
        await StepAsync();
        Assert.Equal((RegenerationStep.Migrating, CellState.Active), (Record.Step, _network.View.Cells["south"].State));

        await StepAsync();
        Assert.Equal((100, 150), (DevicesIn("south"), DevicesIn("north"))); // as many as may move in a second
        await StepAsync();
        await StepAsync();
        Assert.Equal((Devices, 0, Devices), (DevicesIn("south"), DevicesIn("north"), (int)Record.Moved));
        Assert.Equal(IncidentState.Open, Incident.State);

        // Somebody came in before the cell took nobody any more.
        await _network.PutAsync(Samples.Device("late"));
        await StepAsync();
        await StepAsync();
        Assert.Equal((RegenerationStep.Waiting, CellState.Compromised, IncidentState.Mitigated), (Record.Step, _network.View.Cells["north"].State, Incident.State));

        await StepAsync(Record.Grace - TimeSpan.FromSeconds(1));
        Assert.Equal(RegenerationStep.Waiting, Record.Step);
        await StepAsync(TimeSpan.FromSeconds(1));
        Assert.Equal((RegenerationStep.Retiring, CellState.Retired), (Record.Step, _network.View.Cells["north"].State));

        await StepAsync();
        await StepAsync();
        Assert.Equal((RegenerationStep.Done, IncidentState.Closed), (Record.Step, Incident.State));
        Assert.Equal(NodeState.Revoked, _network.View.Nodes["core-1"].State);
        Assert.Equal(NodeState.Active, _network.View.Nodes["entry-1"].State); // of every cell
        Assert.Equal(NodeState.Active, _network.View.Nodes["new-1"].State);
        Assert.NotNull(_network.View.JoinTokens["bb"].RevokedAt);
        Assert.Equal(0, await _network.CountAsync(Samples.Keys.Prefix + StateKeys.Folders.OpenIncidents));
        Assert.Equal(5, Incident.Timeline.Count); // how it began, and each of the four steps
        Assert.All(_network.View.Accounts.AllDevices(), d => Assert.Equal(Samples.HashOf("credential of " + d.Row.Id), d.Row.Credential.ToString()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task AnyAnswerLostAndLeadersChanging_EndsAsItShould(int seed)
    {
        await ReadyAsync("new-1");
        await ReadyAsync("new-2");
        var random = new Random(seed);
        var store = new LossyStore(_network.Store, () => random.NextDouble() < 0.3, () => random.NextDouble() < 0.1);
        var term = await _network.ElectAsync(store);
        for (var i = 0; i < 300 && !Record.Step.IsEnd(); i++)
        {
            if (random.NextDouble() < 0.2)
            {
                term = await _network.ElectAsync(store);
            }

            _network.Time.Advance(TimeSpan.FromMinutes(5));
            try
            {
                await Planner(store).StepAsync("north", term, Token);
            }
            catch (StateUnavailableException)
            {
                // As the planner's loop does: it looks again.
            }

            await CaughtUpAsync();
            Assert.Equal(Devices, DevicesIn("north") + DevicesIn("south"));
            Assert.True(_network.View.Cells["north"].State != CellState.Retired || DevicesIn("north") == 0);
        }

        Assert.True(store.Lost > 0);
        Assert.Equal(RegenerationStep.Done, Record.Step);
        Assert.Equal((Devices, Devices), (DevicesIn("south"), (int)Record.Moved));
        Assert.Equal(5, Incident.Timeline.Count); // no step is told twice
    }

    [Fact]
    public async Task OldLeader_AfterAnotherWasElected_MovesNobody()
    {
        await ReadyAsync("new-1");
        await ReadyAsync("new-2");
        await StepAsync();
        var old = await _network.ElectAsync();
        await _network.ElectAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => Planner().StepAsync("north", old, Token));

        await CaughtUpAsync();
        Assert.Equal(Devices, DevicesIn("north"));
    }

    [Fact]
    public async Task Undo_HalfWay_AllGoBackAndTheNewCellIsForming()
    {
        await ReadyAsync("new-1");
        await ReadyAsync("new-2");
        await StepAsync();
        await StepAsync();
        await _network.PutAsync(Samples.Device("new", cell: "south"));
        await _network.PutAsync(Record with { Step = RegenerationStep.Undoing });

        for (var i = 0; i < 5; i++)
        {
            await StepAsync();
        }

        Assert.Equal((RegenerationStep.Undone, CellState.Active, CellState.Forming), (Record.Step, _network.View.Cells["north"].State, _network.View.Cells["south"].State));
        Assert.Equal((Devices + 1, 0), (DevicesIn("north"), DevicesIn("south")));
        Assert.Equal(NodeState.Active, _network.View.Nodes["new-1"].State);
        Assert.Equal(IncidentState.Open, Incident.State);
    }

    [Fact]
    public async Task NewCellInTrouble_NobodyMovesUntilItIsWell()
    {
        await ReadyAsync("new-1");
        await ReadyAsync("new-2");
        await StepAsync();
        await _network.PutAsync(_network.View.Cells["south"] with { ExitBlockedSince = Samples.Now });
        await StepAsync();
        Assert.Equal(("exit.south.example is blocked", 0), (Record.HeldUpBy, DevicesIn("south")));

        await _network.PutAsync(_network.View.Cells["south"] with { ExitBlockedSince = null });
        await StepAsync();
        Assert.Equal((null, 100), (Record.HeldUpBy, DevicesIn("south")));

        await _network.DeleteAsync(Samples.Keys.Session("new-1"));
        await _network.DeleteAsync(Samples.Keys.Session("new-2"));
        await StepAsync();
        Assert.Equal(("no Core of south is ready", 100), (Record.HeldUpBy, DevicesIn("south")));
    }

    [Fact]
    public async Task PinnedDevice_MovesWithoutThePinOfTheCellItLeaves()
    {
        await _network.PutAsync(Samples.Device("device-0") with { PinnedCore = "core-1" });
        await StepAsync();
        await ReadyAsync("new-1");
        await ReadyAsync("new-2");
        await _network.PutAsync(Samples.Device("device-1") with { PinnedCore = "new-2" }); // somebody is ahead of the move
        for (var i = 0; i < 4; i++)
        {
            await StepAsync();
        }

        Assert.Equal(("south", null), (_network.View.Accounts.FindDevice("device-0")!.Value.Cell, _network.View.Accounts.FindDevice("device-0")!.Value.PinnedCore));
        Assert.Equal(("south", "new-2"), (_network.View.Accounts.FindDevice("device-1")!.Value.Cell, _network.View.Accounts.FindDevice("device-1")!.Value.PinnedCore));
    }

    [Fact]
    public async Task DeviceChangedMeanwhile_NothingOfItIsLost()
    {
        await ReadyAsync("new-1");
        await ReadyAsync("new-2");
        await StepAsync();
        await _network.PutAsync(Samples.Device("device-1", disabled: true), Record with { DevicesPerSecond = 1000 });
        await StepAsync();

        var entry = await _network.Store.GetAsync(Samples.Keys.Device("device-1"), Token);
        Assert.Equal(Samples.Device("device-1", disabled: true, cell: "south"), StateJson.Read<DeviceRecord>(entry!));
    }

    private int DevicesIn(string cell) => _network.View.Accounts.DevicesIn(cell);

    private RegenerationPlanner Planner(IStateStore? store = null) =>
        new(store ?? _network.Store, Samples.Keys, _network.Feed, _network.Time, new(NullLogger<RegenerationLog>.Instance));

    private async Task StepAsync(TimeSpan after = default)
    {
        _network.Time.Advance(after);
        LeaderTerm term = await _network.ElectAsync();
        await Planner().StepAsync("north", term, Token);
        await CaughtUpAsync();
    }

    private async Task CaughtUpAsync() => await _network.Feed.WaitForAsync((await _network.Store.ListAsync(Samples.Keys.Network, Token)).Revision, Token);

    private Task ReadyAsync(string core) => _network.PutAsync(Samples.Node(core, cell: "south"), Samples.Session(core));
}
