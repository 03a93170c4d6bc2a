using Cellway.Manager.Api;
using Cellway.Manager.Incidents;
using Cellway.Manager.Leadership;
using Cellway.Model.Cells;
using Cellway.Model.Health;
using Cellway.Model.Identities;
using Cellway.Model.Incidents;
using Cellway.Model.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.Tests.Manager.Incidents;

public sealed class IncidentPlannerTests : IAsyncLifetime
{
    private static readonly string[] Cores = ["core-1", "core-2"];
    private static readonly IncidentOptions Options = new();

    private PlannedNetwork _network = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private CellRecord North => _network.View.Cells["north"];

    private IncidentRecord Only => Assert.Single(_network.View.Incidents.Values);

    public async ValueTask InitializeAsync() => _network = await PlannedNetwork.StartAsync(
    [
        Samples.Cell(), Samples.Cell("south"),
        .. Cores.SelectMany(c => new object[] { Samples.Node(c), Samples.Session(c) with { Since = Samples.Now.AddHours(-1) } }),
        .. Entries.SelectMany(e => new object[] { Samples.Node(e, Role.Entry, cell: null), Samples.Session(e) }),
    ]);

    public ValueTask DisposeAsync() => _network.DisposeAsync();

    private static string[] Entries => ["entry-1", "entry-2", "entry-3"];

    [Fact]
    public async Task BlockedDomain_OpenedMarkedMitigatedClosed_AndNothingIsWrittenBetween()
    {
        var term = await _network.ElectAsync();
        var planner = Planner();
        await ReportAsync(CoreReach.Unreachable, alive: true);
        await StepAsync(planner, term);
        Assert.Empty(_network.View.Incidents); // not for long enough

        await StepAsync(planner, term, Options.BlockedAfter);
        Assert.Equal((IncidentState.Open, IncidentKind.Blocked, Samples.Now), (Only.State, Only.Kind, North.ExitBlockedSince!.Value));
        Assert.Null(North.EntryBlockedSince);
        Assert.Contains("3 of 3 Entries", Only.Explanation, StringComparison.Ordinal);
        Assert.Contains("2 of the 2 lost Cores have been heard since", Only.Explanation, StringComparison.Ordinal);
        Assert.Equal(3, Only.Witnesses.Count(w => w.Affected));

        var revision = _network.View.Revision;
        for (var i = 0; i < 10; i++)
        {
            await StepAsync(planner, term, TimeSpan.FromMinutes(1));
        }

        Assert.Equal(revision, (await _network.Store.ListAsync(Samples.Keys.Network, Token)).Revision);

        await ReportAsync(CoreReach.Reachable);
        await StepAsync(planner, term, Options.ClearAfter - TimeSpan.FromSeconds(1));
        Assert.Equal(IncidentState.Open, Only.State);
        await StepAsync(planner, term, TimeSpan.FromSeconds(1));
        Assert.Equal(IncidentState.Mitigated, Only.State);
        Assert.Null(North.ExitBlockedSince);

        await StepAsync(planner, term, Options.CloseAfter);
        Assert.Equal(IncidentState.Closed, Only.State);
        Assert.Equal(0, await _network.CountAsync(Samples.Keys.Prefix + StateKeys.Folders.OpenIncidents));
        await StepAsync(planner, term, Options.KeepClosedFor);
        Assert.Empty(_network.View.Incidents);
    }

    [Fact]
    public async Task DeadCores_NotHeardSince_NoIncident()
    {
        var term = await _network.ElectAsync();
        await ReportAsync(CoreReach.Unreachable, alive: false);

        await StepAsync(Planner(), term, TimeSpan.FromMinutes(10));

        Assert.Empty(_network.View.Incidents);
    }

    [Fact]
    public async Task AnotherLeader_GoesOnWithTheSameIncident_AndTheOldOneWritesNothing()
    {
        var old = await _network.ElectAsync();
        await ReportAsync(CoreReach.Stalls, alive: true);
        await StepAsync(Planner(), old, Options.BlockedAfter);
        var id = Only.Id;

        var term = await _network.ElectAsync();
        await StepAsync(Planner(), term, TimeSpan.FromSeconds(1));
        Assert.Equal((id, IncidentKind.Stalls), (Only.Id, Only.Kind));

        await ReportAsync(CoreReach.Reachable);
        await Assert.ThrowsAsync<OperationCanceledException>(() => StepAsync(Planner(), old, Options.ClearAfter));
        Assert.Equal(IncidentState.Open, Only.State);
        await StepAsync(Planner(), term);
        Assert.Equal((id, IncidentState.Mitigated), (Only.Id, Only.State));
    }

    [Fact]
    public async Task AnswersLost_OneIncidentAndItsMark()
    {
        var answers = 0;
        var store = new LossyStore(_network.Store, loses: () => answers++ < 1, fails: () => false);
        var term = await _network.ElectAsync(store);
        await ReportAsync(CoreReach.Unreachable, alive: true);

        await Assert.ThrowsAsync<StateUnavailableException>(() => StepAsync(Planner(store), term, Options.BlockedAfter));
        for (var i = 0; i < 3; i++)
        {
            await StepAsync(Planner(store), term, TimeSpan.FromSeconds(1));
        }

        Assert.Single(await IncidentsAsync());
        Assert.Equal(1, await _network.CountAsync(Samples.Keys.Prefix + StateKeys.Folders.OpenIncidents));
        Assert.NotNull(North.ExitBlockedSince);
    }

    [Fact]
    public async Task ReportsGone_NothingIsTakenBack()
    {
        var term = await _network.ElectAsync();
        await ReportAsync(CoreReach.Unreachable, alive: true);
        await StepAsync(Planner(), term, Options.BlockedAfter);

        foreach (var entry in Entries)
        {
            await _network.DeleteAsync(Samples.Keys.EntryReport(entry));
        }

        await StepAsync(Planner(), term, TimeSpan.FromHours(2));
        Assert.Equal(IncidentState.Open, Only.State);
        Assert.NotNull(North.ExitBlockedSince);
    }

    [Fact]
    public async Task HeldByAnOperator_TheDetectorDoesNotEndIt()
    {
        var term = await _network.ElectAsync();
        var held = Samples.Incident("held") with { HeldByOperator = true };
        await _network.CommitAsync(new StateTransaction().Open(Samples.Keys, held));
        await _network.PutAsync(Samples.Cell() with { ExitBlockedSince = Samples.Now });
        await ReportAsync(CoreReach.Reachable);

        await StepAsync(Planner(), term, TimeSpan.FromDays(1));

        Assert.Equal(IncidentState.Open, Only.State);
        Assert.NotNull(North.ExitBlockedSince);
    }

    [Fact]
    public async Task RetiredCell_ItsIncidentsAreClosed()
    {
        var term = await _network.ElectAsync();
        await _network.CommitAsync(new StateTransaction().Open(Samples.Keys, Samples.Incident("one")));
        await _network.PutAsync(Samples.Cell(state: CellState.Retired));

        await StepAsync(Planner(), term);

        Assert.Equal(IncidentState.Closed, Only.State);
    }

    [Fact]
    public void Validate_EverythingWrong_EveryErrorAtOnce()
    {
        var errors = new IncidentOptions
        {
            MinEntries = 1,
            MinCores = 0,
            CoreShare = 0.5,
            EntryShare = double.NaN,
            EntryShareAlone = 1.1,
            AliveShare = 0,
            BlockedAfter = TimeSpan.FromSeconds(-1),
            JudgeEvery = TimeSpan.Zero,
        }.Validate();

        Assert.Equal(8, errors.Count);
        Assert.Contains(errors, e => e.StartsWith("MinEntries is 1", StringComparison.Ordinal));
        Assert.Empty(Options.Validate());
    }

    [Theory]
    [InlineData("""{ "minEntries": 3, "blockedAfter": "00:00:10" }""", null)]
    [InlineData("""{ "minEntrys": 3 }""", "minEntrys")]
    [InlineData("""{ "minEntries": 1, "coreShare": 2 }""", "MinEntries is 1: use 2 or more, or a single node's failure would be an incident. CoreShare is 2")]
    [InlineData("null", "not a JSON object")]
    [InlineData("[", "cannot be read")]
    public void RulesFile_RightOrWrong_ReadOrRefusedWithWhatIsWrong(string json, string? wrong)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, json);
            if (wrong is null)
            {
                Assert.Equal((3, TimeSpan.FromSeconds(10), 2), (IncidentRulesFile.Read(file).MinEntries, IncidentRulesFile.Read(file).BlockedAfter, IncidentRulesFile.Read(file).MinCores));
                return;
            }

            Assert.Contains(wrong, Assert.Throws<AdminException>(() => IncidentRulesFile.Read(file)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Timeline_BeyondItsBounds_KeepsTheFirstAndTheLast()
    {
        var incident = Samples.Incident("one");
        for (var i = 1; i < IncidentRecord.MaxEvents + 50; i++)
        {
            incident = incident.With(Samples.Now.AddSeconds(i), "test", $"event {i}");
        }

        Assert.Equal((IncidentRecord.MaxEvents, 50), (incident.Timeline.Count, incident.OmittedEvents));
        Assert.Equal(("blocked", "event 19", "event 70", $"event {IncidentRecord.MaxEvents + 49}"), (incident.Timeline[0].What, incident.Timeline[19].What, incident.Timeline[20].What, incident.Timeline[^1].What));
    }

    private IncidentPlanner Planner(IStateStore? store = null) =>
        new(store ?? _network.Store, Samples.Keys, _network.Feed, Options, _network.Time, new(NullLogger<IncidentLog>.Instance));

    private async Task StepAsync(IncidentPlanner planner, LeaderTerm term, TimeSpan after = default)
    {
        _network.Time.Advance(after);
        await planner.StepAsync(term, Token);
        await _network.Feed.WaitForAsync((await _network.Store.ListAsync(Samples.Keys.Network, Token)).Revision, Token);
    }

    private async Task<IEnumerable<string>> IncidentsAsync() =>
        (await _network.Store.ListAsync(Samples.Keys.Prefix + StateKeys.Folders.Incidents, Token)).Entries.Select(e => e.Key);

    private Task ReportAsync(CoreReach reach, bool alive = false)
    {
        var now = _network.Time.GetUtcNow();
        var reports = Entries.Select(entry => Samples.Report(entry, Cores.Select(c => (c, reach)))).Select(report => report with
        {
            Cores = report.Cores.ToDictionary(c => c.Key, c => c.Value with { Since = now }),
        });
        return _network.PutAsync([.. reports, Samples.LifeSigns("replica", alive ? Cores : [])]);
    }
}
