using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using Cellway.Model.Replicas;
using Cellway.Model.State;
using Cellway.State.Memory;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Manager;

public sealed class LeaderElectionTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(Samples.Now);
    private readonly List<Contender> _contenders = [];
    private MemoryStateStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _store = new(_time);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var contender in _contenders)
        {
            await contender.DisposeAsync();
        }

        await _store.DisposeAsync();
    }

    [Fact]
    public async Task Several_OneLeads_AndItsStopHandsOverAtOnce()
    {
        var all = new[] { await StartAsync("a"), await StartAsync("b"), await StartAsync("c") };
        await UntilAsync(() => all.Count(c => c.IsAtWork) == 1);
        var first = all.Single(c => c.IsAtWork);

        await first.DisposeAsync();

        await UntilAsync(() => all.Count(c => c.IsAtWork) == 1 && !first.IsAtWork);
        Assert.NotEqual(first, all.Single(c => c.IsAtWork));
    }

    [Fact]
    public async Task LeaderCutOffFromTheState_AnotherLeadsWithin15SecondsAndGoesOnWhereItStopped()
    {
        var all = new[] { await StartAsync("a"), await StartAsync("b") };
        await UntilAsync(() => all.Count(c => c.IsAtWork) == 1);
        var (old, other) = all[0].IsAtWork ? (all[0], all[1]) : (all[1], all[0]);
        await UntilAsync(() => old.Steps >= 3);
        var cutAt = _time.GetUtcNow();

        old.Store.IsCutOff = true;
        await UntilAsync(() => other.IsAtWork);

        Assert.InRange(_time.GetUtcNow() - cutAt, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.False(old.IsAtWork);
        old.Store.IsCutOff = false;
        await UntilAsync(() => other.Steps >= 3);

        // One counter, each number by one leader, none left out and none twice.
        Assert.Equal(Enumerable.Range(1, all.Sum(c => c.Steps)), all.SelectMany(c => c.Done).Order());
        Assert.Equal(0, all.Min(c => c.OutOfTerm));
    }

    [Fact]
    public async Task LeaderFrozen_ItsWriteAfterwardsIsRefused()
    {
        var old = await StartAsync("a", freezes: true);
        await UntilAsync(() => old.IsAtWork);
        await _store.RevokeLeaseAsync((await LeaderAsync())!.Lease, Token); // the store has given the lease up while the process stood still
        var now = await StartAsync("b");
        await UntilAsync(() => now.Steps >= 1);
        var written = now.Steps;

        old.Thaw();

        await UntilAsync(() => !old.IsAtWork);
        Assert.Equal(0, old.Steps);
        Assert.True(now.Steps >= written);
    }

    [Fact]
    public async Task Planner_Throws_BeginsAgainWhileItsReplicaLeads()
    {
        var only = await StartAsync("a", failures: 2);
        await UntilAsync(() => only.Steps >= 1);
        Assert.Equal(3, only.Begun);
    }

    private async Task<LeaderRecord?> LeaderAsync() =>
        await _store.GetAsync(Samples.Keys.Leader, Token) is { } entry ? StateJson.Read<LeaderRecord>(entry) : null;

    private async Task<Contender> StartAsync(string id, bool freezes = false, int failures = 0)
    {
        var contender = new Contender(id, new(_store), _time, freezes, failures);
        _contenders.Add(contender);
        await contender.StartAsync();
        return contender;
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 2000 && !condition(); i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1, Token);
        }

        Assert.True(condition());
    }

    /// <summary>A replica's election, with a planner that counts in the state.</summary>
    private sealed class Contender : IPlanner, IAsyncDisposable
    {
        private readonly FakeTimeProvider _time;
        private readonly NetworkViewFeed _feed;
        private readonly Replica _replica;
        private readonly List<IHostedService> _services = [];
        private readonly TaskCompletionSource _thaw = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _failures;
        private int _atWork;
        private bool _disposed;

        public Contender(string id, CountingStore store, FakeTimeProvider time, bool freezes, int failures)
        {
            (Store, _time, _failures) = (store, time, failures);
            if (!freezes)
            {
                _thaw.SetResult();
            }

            _feed = Views.FeedOf(store, time);
            _replica = new(id);
            var log = new LeadershipLog(NullLogger<LeadershipLog>.Instance);
            var lease = new ReplicaLease(store, new(), time, log);
            _services.AddRange([_feed, lease, new LeaderElection(store, Samples.Keys, _feed, lease, _replica, [this], time, log)]);
        }

        public CountingStore Store { get; }

        public string Name => "counter";

        public bool IsAtWork => _atWork > 0;

        public List<int> Done { get; } = [];

        public int Steps => Done.Count;

        public int Begun { get; private set; }

        public int OutOfTerm { get; private set; }

        public void Thaw() => _thaw.TrySetResult();

        public async Task StartAsync()
        {
            foreach (var service in _services)
            {
                await service.StartAsync(Token);
            }
        }

        public async Task RunAsync(LeaderTerm term, CancellationToken lost)
        {
            Begun++;
            if (_failures-- > 0)
            {
                throw new InvalidOperationException("The test says so.");
            }

            Interlocked.Increment(ref _atWork);
            try
            {
                await _thaw.Task;
                while (true)
                {
                    var key = Samples.Keys.Prefix + "test-counter";
                    var entry = await Store.GetAsync(key, CancellationToken.None);
                    var next = (entry is null ? 0 : BitConverter.ToInt32(entry.Value.Span)) + 1;
                    var result = await term.CommitAsync(
                        new StateTransaction().Require(key, entry?.ModRevision ?? 0).Put(key, BitConverter.GetBytes(next)), CancellationToken.None);
                    if (result.Succeeded)
                    {
                        Done.Add(next);
                    }

                    await Task.Delay(TimeSpan.FromSeconds(0.5), _time, lost);
                }
            }
            finally
            {
                Interlocked.Decrement(ref _atWork);
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            Thaw();
            foreach (var service in Enumerable.Reverse(_services))
            {
                await service.StopAsync(CancellationToken.None);
                (service as IDisposable)?.Dispose();
            }

            _replica.Dispose();
        }
    }
}
