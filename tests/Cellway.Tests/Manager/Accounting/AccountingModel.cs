using Cellway.Manager.Accounting;
using Cellway.Manager.Routing;
using Cellway.Manager.View;
using Cellway.Model.Audit;
using Cellway.Model.Backups;
using Cellway.Model.Contracts;
using Cellway.Model.Devices;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Model.Usage;
using Cellway.State.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Manager.Accounting;

/// <summary>Cores, replicas and everything between them, in one thread: what the network carries, loses and repeats is chosen by the test.</summary>
internal sealed class AccountingModel : IAsyncDisposable
{
    public const int Replicas = 2;
    public const int Devices = 3;

    private readonly RouteIds _ids = new(new byte[RouteIds.SecretLength]);
    private readonly MemoryStateStore _inner;
    private readonly NetworkViewFeed _feed;
    private readonly UsageBooks[] _books = new UsageBooks[Replicas];
    private readonly AccountingOptions _options;
    private UsagePeriod _reportedSince;
    private IReadOnlyList<StateEntry> _snapshot = [];

    private AccountingModel(FakeTimeProvider time, AccountingOptions options)
    {
        (Time, _options) = (time, options);
        _inner = new(time);
        Store = new(_inner);
        _feed = Views.FeedOf(_inner, time);
        _reportedSince = UsagePeriod.Of(time.GetUtcNow(), 1);
    }

    public FakeTimeProvider Time { get; }

    public LossyStore Store { get; }

    public List<ModelCore> Cores { get; } = [];

    /// <summary>Reports on their way, and to which replica.</summary>
    public List<(ModelCore Core, int Replica, UsageReport Report)> Reports { get; } = [];

    /// <summary>Answers on their way.</summary>
    public List<(ModelCore Core, UsageAck Ack)> Answers { get; } = [];

    public static async Task<AccountingModel> StartAsync(int cores, AccountingOptions? options = null)
    {
        var model = new AccountingModel(new(new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero)), options ?? new());
        List<DeviceRecord> devices = [.. Enumerable.Range(0, Devices * ModelCore.MaxLives).Select(i => Samples.Device(Names.NewId(), cell: i % 2 == 0 ? "north" : "south"))];
        var transaction = new StateTransaction();
        foreach (var record in new object[] { Samples.Network, Samples.Cell(), Samples.Cell("south"), Samples.User() }.Concat(devices))
        {
            var entry = Samples.Entry(record);
            transaction.Put(entry.Key, entry.Value);
        }

        await model._inner.CommitAsync(transaction, default);
        await model._feed.StartAsync(default);
        for (var i = 0; i < cores; i++)
        {
            var node = Samples.Node($"core-{i}");
            model.Cores.Add(new(node, [.. devices.Select(d => (d.Id, model._ids.Of(DeviceRow.Of(d), new(node))))], model.Time));
        }

        for (var i = 0; i < Replicas; i++)
        {
            model.RestartReplica(i);
        }

        return model;
    }

    /// <summary>Remembers the books as they are, as a backup does.</summary>
    public async Task SnapshotStateAsync() => _snapshot = await BooksOf();

    /// <summary>Has every replica begin with the books of the last backup.</summary>
    public async Task PutStateBackAsync()
    {
        var transaction = new StateTransaction();
        foreach (var entry in (await BooksOf()).Where(now => _snapshot.All(s => s.Key != now.Key)))
        {
            transaction.Delete(entry.Key);
        }

        foreach (var entry in _snapshot)
        {
            transaction.Put(entry.Key, entry.Value);
        }

        transaction.Put(Samples.Keys.Restored, StateJson.Write(new RestoredRecord { Backup = "", Revision = 1, MadeAt = Time.GetUtcNow(), RestoredAt = Time.GetUtcNow() }));
        await _feed.WaitForAsync((await _inner.CommitAsync(transaction, default)).Revision, default);
        for (var i = 0; i < Replicas; i++)
        {
            RestartReplica(i);
        }
    }

    /// <summary>What the audit log says.</summary>
    public async Task<IReadOnlyList<AuditAct>> ActsAsync() =>
        [.. (await _inner.ListAsync(Samples.Keys.Prefix + StateKeys.Folders.AuditPending, default)).Entries.Select(StateJson.Read<AuditAct>)];

    private async Task<IReadOnlyList<StateEntry>> BooksOf() =>
    [
        .. (await _inner.ListAsync(Samples.Keys.Prefix + StateKeys.Folders.Usage, default)).Entries,
        .. (await _inner.ListAsync(Samples.Keys.Prefix + StateKeys.Folders.UsagePages, default)).Entries,
    ];

    public void RestartReplica(int replica) => _books[replica] = new(
        new(Store, Samples.Keys),
        new(_ids, _feed, new(_inner, Samples.Keys, _feed, Time), Samples.Keys),
        _feed,
        _options,
        Time,
        new(NullLogger<Cellway.Manager.Accounting.AccountingLog>.Instance));

    public void Deliver((ModelCore Core, int Replica, UsageReport Report) message) =>
        _books[message.Replica].Take(message.Core.Node, message.Report.Clone(), ack => Answers.Add((message.Core, ack)));

    public Task<bool> WriteAsync(int replica) => _books[replica].WriteAsync(default);

    /// <summary>Time goes by; a whole period without a report is more than the network promises to tell apart.</summary>
    public async Task WaitAsync(TimeSpan time)
    {
        if (_reportedSince < UsagePeriod.Of(Time.GetUtcNow() + time, 1).Previous)
        {
            await SettleAsync();
            _reportedSince = UsagePeriod.Of(Time.GetUtcNow(), 1);
        }

        Time.Advance(time);
    }

    /// <summary>No more faults: goes on until every Core has been told that everything has been applied.</summary>
    public async Task SettleAsync()
    {
        Store.Fault = StoreFault.None;
        for (var round = 0; Cores.Any(c => !c.IsSettled); round++)
        {
            Assert.True(round < 200, "The books do not settle.");
            foreach (var core in Cores)
            {
                if (core.Next() is { } report)
                {
                    Deliver((core, round % Replicas, report));
                }
            }

            await WriteAsync(round % Replicas);
            foreach (var (core, ack) in Answers.ToList())
            {
                core.Acknowledge(ack);
            }

            Answers.Clear();
        }
    }

    /// <summary>What the state says, by Core, period and device.</summary>
    public async Task<Dictionary<(string Core, DateOnly Period, string Device), TrafficBytes>> BooksAsync()
    {
        var sums = new Dictionary<(string, DateOnly, string), TrafficBytes>();
        foreach (var entry in (await _inner.ListAsync(Samples.Keys.Prefix + StateKeys.Folders.UsagePages, default)).Entries)
        {
            var page = StateJson.Read<UsagePageRecord>(entry);
            Add(page.Core, page.Period, page.Bytes);
        }

        foreach (var entry in (await _inner.ListAsync(Samples.Keys.Prefix + StateKeys.Folders.Usage, default)).Entries)
        {
            var record = StateJson.Read<CoreUsageRecord>(entry);
            Add(record.Core, record.Period, record.Open);
        }

        return sums;

        void Add(string core, DateOnly period, DeviceBytes bytes)
        {
            foreach (var (device, moved) in bytes.Home.Concat(bytes.Lent))
            {
                sums[(core, period, device)] = sums.GetValueOrDefault((core, period, device)) + moved;
            }
        }
    }

    /// <summary>The view's sums, once it has seen everything.</summary>
    public async Task<UsageTable> ViewAsync()
    {
        var now = await _inner.ListAsync(Samples.Keys.Prefix, default);
        return (await _feed.WaitForAsync(now.Entries.Max(e => e.ModRevision), default)).Usage;
    }

    public async ValueTask DisposeAsync()
    {
        await _feed.StopAsync(default);
        _feed.Dispose();
        await _inner.DisposeAsync();
        _ids.Dispose();
    }
}
