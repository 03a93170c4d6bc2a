using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Cellway.Model.State;
using Cellway.State.Etcd;
using Cellway.Testing;
using Cellway.Testing.Etcd;

namespace Cellway.IntegrationTests.State.Etcd;

/// <summary>What a store does while members of its cluster fail. Every test leaves the cluster whole.</summary>
public sealed class EtcdFaultTests(EtcdFaultTests.Fixture fixture) : IClassFixture<EtcdFaultTests.Fixture>, IAsyncLifetime
{
    private static int _tests;

    // A member that starts again elects and replays, which takes its time on a busy machine.
    private static readonly TimeSpan ForARestart = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(4));
    private readonly string _prefix = $"/fault{Interlocked.Increment(ref _tests)}/";
    private EtcdStateStore _store = null!;

    private EtcdCluster Cluster => fixture.Cluster;

    private CancellationToken Limit => _limit.Token;

    public async ValueTask InitializeAsync() => _store = await OpenAsync(Cluster.Endpoints);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        foreach (var member in Cluster.Members)
        {
            if (member.IsRunning)
            {
                await member.ThawAsync();
            }
            else
            {
                member.Start();
            }
        }

        foreach (var member in Cluster.Members)
        {
            await Cluster.WaitUntilHealthyAsync(member);
        }

        _limit.Dispose();
    }

    [Theory]
    [InlineData("follower killed")]
    [InlineData("leader killed")]
    [InlineData("leader moved")]
    [InlineData("leader frozen")]
    public async Task Commit_FaultInTheMiddle_LosesNothingAcknowledgedAndWatchesSeeAllOnce(string fault)
    {
        var from = (await _store.ListAsync("", Limit)).Revision + 1;
        var leader = await Cluster.LeaderAsync();
        await using var store = await OpenAsync([leader.Endpoint, .. Cluster.Endpoints.Where(e => e != leader.Endpoint)]);
        ConcurrentDictionary<string, long> acknowledged = new();
        ConcurrentDictionary<string, bool> unknown = new();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Limit);
        var history = WatchToEndAsync(store, from);
        var writers = Enumerable.Range(0, 8).Select(w => WriteAsync(store, w, acknowledged, unknown, end.Token)).ToArray();

        await AcknowledgedAsync(acknowledged, 200);
        var others = Cluster.Members.Where(m => m != leader).ToArray();
        await (fault switch
        {
            "follower killed" => others[0].KillAsync(),
            "leader killed" => leader.KillAsync(),
            "leader moved" => Cluster.MoveLeaderAsync(others[0]),
            _ => leader.FreezeAsync(),
        });
        await AcknowledgedAsync(acknowledged, acknowledged.Count + 400);
        await end.CancelAsync();
        await Task.WhenAll(writers);
        await CommitAsync(store, "w/end");

        var final = (await store.ListAsync("w/", Limit)).Entries.ToDictionary(e => e.Key, e => e.ModRevision);
        Assert.All(acknowledged, a => Assert.Equal(a.Value, final[a.Key]));
        Assert.All(final.Keys, k => Assert.True(acknowledged.ContainsKey(k) || unknown.ContainsKey(k) || k == "w/end", $"nobody wrote {k}"));
        var batches = await history;
        Assert.Equal(batches.Select(b => b.Revision).Distinct().Order(), batches.Select(b => b.Revision));
        Assert.Equal(final.OrderBy(f => f.Value), batches.SelectMany(b => b.Changes.Select(c => KeyValuePair.Create(c.Key, b.Revision))));
    }

    [Fact]
    public async Task Open_FirstEndpointIsDead_UsesTheNext()
    {
        var leader = await Cluster.LeaderAsync();
        var follower = Cluster.Members.First(m => m != leader);
        await follower.KillAsync();
        await _store.DisposeAsync();

        _store = await OpenAsync([follower.Endpoint, leader.Endpoint]);

        await CommitAsync(_store, "key");
        Assert.NotNull(await _store.GetAsync("key", Limit));
    }

    [Fact]
    public async Task Get_MemberInUseIsFrozen_NextOneAnswers()
    {
        await CommitAsync(_store, "key");
        await Cluster.Members[0].FreezeAsync();

        Assert.NotNull(await RetryAsync(() => _store.GetAsync("key", Limit).AsTask()));
    }

    [Fact]
    public async Task Watch_ItsMemberIsKilledAndOthersGoOn_SeesEveryChangeOnce()
    {
        var from = (await _store.ListAsync("", Limit)).Revision + 1;
        await using var watching = await OpenAsync([Cluster.Endpoints[1], Cluster.Endpoints[2]]);
        var history = WatchToEndAsync(watching, from);
        List<long> written = [];
        for (var i = 0; i < 30; i++)
        {
            written.Add(await RetryAsync(() => CommitAsync(_store, $"w/{i}")));
            if (i == 10)
            {
                await Cluster.Members[1].KillAsync();
            }
        }

        written.Add(await CommitAsync(_store, "w/end"));

        Assert.Equal(written, (await history).Select(b => b.Revision));
    }

    [Fact]
    public async Task Watch_OnlyMemberItKnowsRestartsAfterACompaction_GoesOnOrSaysSo()
    {
        await using var watching = await OpenAsync([Cluster.Endpoints[1]], ForARestart);
        var first = await CommitAsync(_store, "w/1");
        await using var watch = watching.WatchAsync("w/", first, Limit).GetAsyncEnumerator(Limit);
        Assert.True(await watch.MoveNextAsync());
        await Cluster.Members[1].KillAsync();
        await RetryAsync(() => CommitAsync(_store, "w/2"));
        var third = await CommitAsync(_store, "w/3");
        await Cluster.CompactAsync(third);
        await Cluster.RestartAsync(Cluster.Members[1]);

        await Assert.ThrowsAsync<StateCompactedException>(async () => await watch.MoveNextAsync());
    }

    [Fact]
    public async Task Watch_MemberRestarts_GoesOnWhereItWas()
    {
        await using var watching = await OpenAsync([Cluster.Endpoints[1]], ForARestart);
        var first = await CommitAsync(_store, "w/1");
        await using var watch = watching.WatchAsync("w/", first, Limit).GetAsyncEnumerator(Limit);
        Assert.True(await watch.MoveNextAsync());
        var next = watch.MoveNextAsync().AsTask();
        await Cluster.Members[1].KillAsync();
        var second = await RetryAsync(() => CommitAsync(_store, "w/2"));
        await Cluster.RestartAsync(Cluster.Members[1]);

        Assert.True(await next);
        Assert.Equal(second, watch.Current.Revision);
    }

    [Fact]
    public async Task Lease_LeaderIsKilled_LivesOnWhileRenewedAndEndsAfterwards()
    {
        var lease = await _store.GrantLeaseAsync(TimeSpan.FromSeconds(5), Limit);
        await _store.CommitAsync(new StateTransaction().Put("leased", "x"u8.ToArray(), lease), Limit);
        await (await Cluster.LeaderAsync()).KillAsync();

        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(8); await Task.Delay(500, Limit))
        {
            Assert.True(await RetryAsync(() => _store.RenewLeaseAsync(lease, Limit).AsTask()));
        }

        Assert.NotNull(await _store.GetAsync("leased", Limit));
        while (await _store.GetAsync("leased", Limit) is not null)
        {
            await Task.Delay(200, Limit);
        }

        Assert.False(await _store.RenewLeaseAsync(lease, Limit));
    }

    [Fact]
    public async Task Commit_AnswerIsLost_CallerIsToldAndItHappenedOnce()
    {
        await using var proxy = new FaultProxy(Cluster.Members[0].ClientPort);
        await using var store = await OpenAsync([new($"https://127.0.0.1:{proxy.Port}"), Cluster.Endpoints[1]], TimeSpan.FromSeconds(2));
        var before = await CommitAsync(store, "before");
        proxy.SwallowAnswers();

        var e = await Assert.ThrowsAsync<StateUnavailableException>(() => CommitAsync(store, "w/once"));

        Assert.Contains("read before trying again", e.Message, StringComparison.Ordinal);
        var entry = (await store.GetAsync("w/once", Limit))!;
        Assert.Equal(entry.CreateRevision, entry.ModRevision);
        await CommitAsync(store, "w/end");
        Assert.Equal(["w/once", "w/end"], (await WatchToEndAsync(store, before + 1)).SelectMany(b => b.Changes).Select(c => c.Key));
    }

    [Fact]
    public async Task AnyMember_QuorumIsLost_FailsWithinItsDeadlineAndWorksAgainAfterwards()
    {
        await CommitAsync(_store, "key");
        foreach (var member in Cluster.Members.Skip(1))
        {
            await member.FreezeAsync();
        }

        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAsync<StateUnavailableException>(async () => await _store.GetAsync("key", Limit));
        await Assert.ThrowsAsync<StateUnavailableException>(async () => await CommitAsync(_store, "lost"));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));

        foreach (var member in Cluster.Members.Skip(1))
        {
            await member.ThawAsync();
        }

        Assert.NotNull(await RetryAsync(() => _store.GetAsync("key", Limit).AsTask()));
    }

    private async Task<EtcdStateStore> OpenAsync(IReadOnlyList<Uri> endpoints, TimeSpan? timeout = null)
    {
        var options = new EtcdStateOptions { Endpoints = endpoints, Credentials = Cluster.Credentials, Prefix = _prefix };
        return await EtcdStateStore.OpenAsync(timeout is { } t ? options with { RequestTimeout = t } : options, TimeProvider.System, Limit);
    }

    private async Task<long> CommitAsync(EtcdStateStore store, string key)
    {
        var result = await store.CommitAsync(new StateTransaction().Put(key, Encoding.UTF8.GetBytes(key)), Limit);
        Assert.True(result.Succeeded);
        return result.Revision;
    }

    private static async Task WriteAsync(
        EtcdStateStore store, int writer, ConcurrentDictionary<string, long> acknowledged, ConcurrentDictionary<string, bool> unknown, CancellationToken end)
    {
        for (var i = 0; !end.IsCancellationRequested; i++)
        {
            var key = $"w/{writer}.{i}";
            try
            {
                var result = await store.CommitAsync(new StateTransaction().Create(key, "x"u8.ToArray()), CancellationToken.None);
                Assert.True(result.Succeeded, $"{key} was written twice"); // nobody else writes this key
                acknowledged[key] = result.Revision;
            }
            catch (StateUnavailableException)
            {
                unknown[key] = true;
            }
        }
    }

    private async Task AcknowledgedAsync(ConcurrentDictionary<string, long> acknowledged, int count)
    {
        while (acknowledged.Count < count)
        {
            await Task.Delay(20, Limit);
        }
    }

    private async Task<List<StateChangeBatch>> WatchToEndAsync(EtcdStateStore store, long from)
    {
        List<StateChangeBatch> batches = [];
        await foreach (var batch in store.WatchAsync("w/", from, Limit))
        {
            batches.Add(batch);
            if (batch.Changes.Any(c => c.Key == "w/end"))
            {
                break;
            }
        }

        return batches;
    }

    /// <summary>As a caller does: what may be done again is done again.</summary>
    private async Task<T> RetryAsync<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (StateUnavailableException)
            {
                await Task.Delay(100, Limit);
            }
        }
    }

    public sealed class Fixture() : EtcdClusterFixture(new EtcdClusterOptions { Members = 3 });
}
