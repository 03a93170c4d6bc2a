using System.Text;
using Cellway.Manager.Leadership;
using Cellway.Manager.Rotation;
using Cellway.Manager.View;
using Cellway.Model.Cells;
using Cellway.Model.Replicas;
using Cellway.Model.State;
using Cellway.State.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Manager.Rotation;

public sealed class RotationPlannerTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(Samples.Now);
    private readonly RotationOptions _options = new();
    private readonly CancellationTokenSource _stop = new();
    private MemoryStateStore _store = null!;
    private NetworkViewFeed _feed = null!;
    private Task _running = Task.CompletedTask;
    private CancellationTokenSource? _planning;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = new(_time);
        await PutAsync(Samples.Network);
        await PutAsync(Samples.Cell());
        _feed = Views.FeedOf(_store, _time);
        await _feed.StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await StopPlanningAsync();
        await _feed.StopAsync(CancellationToken.None);
        _feed.Dispose();
        _stop.Dispose();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task CellWithoutNames_GetsAFullPlan_AlsoOneThatIsMadeLater()
    {
        await LeadAsync();
        await UntilAsync(r => r.ContainsKey("north"));

        await PutAsync(Samples.Cell("south"));

        await UntilAsync(r => r.ContainsKey("south"));
        Assert.True(_feed.Current.Rotations["south"].EntryNames[^1].AnnouncedAt >= Samples.Now + _options.Ahead);
        Assert.NotEqual(_feed.Current.Rotations["south"].EntryNames[0].Name, _feed.Current.Rotations["north"].EntryNames[0].Name);
    }

    [Fact]
    public async Task AnotherLeader_GoesOnWhereTheLastStopped()
    {
        await LeadAsync();
        await UntilAsync(r => r.ContainsKey("north"));
        var before = _feed.Current.Rotations["north"];
        await StopPlanningAsync();
        _time.Advance(TimeSpan.FromHours(7)); // nobody led

        await LeadAsync();

        await UntilAsync(r => r["north"].ExitNames.Count > before.ExitNames.Count);
        var after = _feed.Current.Rotations["north"];
        Assert.Equal(before.ExitNames.Select(n => (n.Name, n.AnnouncedAt)), after.ExitNames.Take(before.ExitNames.Count).Select(n => (n.Name, n.AnnouncedAt)));
        Assert.True(after.ExitNames[^1].AnnouncedAt >= _time.GetUtcNow() + _options.Ahead);
    }

    [Fact]
    public async Task NothingIsDue_NothingIsWritten()
    {
        await LeadAsync();
        await UntilAsync(r => r.ContainsKey("north"));
        var revision = _feed.Current.Revision;

        var names = _feed.Current.Rotations["north"];
        var (entry, exit) = (names.EntryNames[^1].AnnouncedAt - _options.Entry.Every, names.ExitNames[^1].AnnouncedAt - _options.Exit.Every);
        var due = (entry < exit ? entry : exit) - _options.Ahead;
        for (var i = 0; i < 30 && _time.GetUtcNow() < due - TimeSpan.FromSeconds(10); i++)
        {
            _time.Advance((due - _time.GetUtcNow()) / 2);
            await Task.Delay(1, Token); // what is due has its turn
        }

        Assert.Equal(revision, (await _store.ListAsync(Samples.Keys.Prefix, Token)).Revision);
    }

    [Fact]
    public async Task CellIsRetired_ItsNamesAreGone()
    {
        await LeadAsync();
        await UntilAsync(r => r.ContainsKey("north"));

        await PutAsync(Samples.Cell("north", CellState.Retired));

        await UntilAsync(r => r.Count == 0);
        Assert.Null(await _store.GetAsync(Samples.Keys.Rotation("north"), Token));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("""{"schema":1,"cell":"north","entryNames":[],"exitNames":null}""")]
    public async Task RecordCannotBeRead_NamesStayAndAreWrittenAnew(string value)
    {
        await LeadAsync();
        await UntilAsync(r => r.ContainsKey("north"));
        var before = _feed.Current.Rotations["north"];

        var damaged = await _store.CommitAsync(new StateTransaction().Put(Samples.Keys.Rotation("north"), Encoding.UTF8.GetBytes(value)), Token);

        await UntilAsync(_ => _feed.Current is { Unreadable.Count: 0 } view && view.Revision > damaged.Revision);
        Assert.Equal(before.EntryNames, StateJson.Read<RotationRecord>((await _store.GetAsync(Samples.Keys.Rotation("north"), Token))!).EntryNames);
    }

    [Fact]
    public async Task AnotherLeadsByNow_NothingIsWritten()
    {
        var term = await TermAsync();
        await _store.CommitAsync(new StateTransaction().Put(Samples.Keys.Leader, StateJson.Write(new LeaderRecord { Replica = "b", Lease = 1, Since = Samples.Now })), Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => NewPlanner().RunAsync(term, _stop.Token));

        Assert.Null(await _store.GetAsync(Samples.Keys.Rotation("north"), Token));
    }

    private RotationPlanner NewPlanner() =>
        new(_store, Samples.Keys, _feed, _options, new(_options, new SecureRandom()), _time, new(NullLogger<RotationLog>.Instance));

    private async Task<LeaderTerm> TermAsync()
    {
        var written = await _store.CommitAsync(
            new StateTransaction().Put(Samples.Keys.Leader, StateJson.Write(new LeaderRecord { Replica = "a", Lease = 1, Since = Samples.Now })), Token);
        return new(_store, Samples.Keys.Leader, written.Revision, _stop);
    }

    private async Task LeadAsync() => _running = NewPlanner().RunAsync(await TermAsync(), (_planning = new()).Token);

    private async Task StopPlanningAsync()
    {
        if (_planning is not null)
        {
            await _planning.CancelAsync();
            await _running.ContinueWith(_ => { }, TaskScheduler.Default);
            _planning.Dispose();
            _planning = null;
        }
    }

    private async Task PutAsync(object record)
    {
        var entry = Samples.Entry(record);
        await _store.CommitAsync(new StateTransaction().Put(entry.Key, entry.Value), Token);
    }

    private async Task UntilAsync(Func<IReadOnlyDictionary<string, RotationRecord>, bool> condition)
    {
        for (var i = 0; i < 5000 && !condition(_feed.Current.Rotations); i++)
        {
            await Task.Delay(1, Token);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(condition(_feed.Current.Rotations));
    }
}
