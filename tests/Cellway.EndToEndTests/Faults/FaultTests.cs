using System.Text;
using System.Text.Json;
using Cellway.Model.State;
using Cellway.Testing.Etcd;
using Cellway.Testing.Histories;

namespace Cellway.EndToEndTests.Faults;

/// <summary>
/// Three members of etcd and three replicas of management, real processes, while clients enroll nodes, change devices and look up
/// routes without a pause, and everything goes wrong that may. Afterwards what was promised is held against what the store says.
/// </summary>
[Collection(nameof(Alone))]
public sealed class FaultTests
{
    private const string Participant = "p";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30 * 60 * 1000)]
    public async Task Management_EveryFault_KeepsItsWord()
    {
        Assert.SkipWhen(EtcdCluster.MaySkip, "etcd is not installed.");
        var options = FaultOptions.FromEnvironment();
        var report = new FaultReport(options);
        var home = Directory.CreateTempSubdirectory("cellway-faults-").FullName;
        try
        {
            await using var bed = await FaultBed.StartAsync(home, Token);
            FaultReport.Say($"seed {options.Seed}; partitions by {bed.Network.Kind}; clocks {(ReplicaProcess.HasClock ? "by libfaketime" : "are not set: libfaketime is missing")}");
            var history = await RunAsync(bed, options, report);
            await report.KeepAsync(history, bed.Replicas);
            FaultReport.Sum(history);
            var violations = HistoryChecker.Check(history);
            Assert.True(violations.Count == 0, $"{violations.Count} violations; {report.HowToRepeat}\n{string.Join('\n', violations.Take(20))}");
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static async Task<History> RunAsync(FaultBed bed, FaultOptions options, FaultReport report)
    {
        var recorder = new HistoryRecorder(TimeProvider.System);
        ReplicaCalls[] calls = [.. bed.Replicas.Select(r => new ReplicaCalls(r, bed.Operator, recorder))];
        await PrepareAsync(calls[0]);
        var last = bed.Keys.Prefix + "fault-suite/end";
        var watches = await StartWatchesAsync(bed, last);
        var store = await bed.OpenStoreAsync(0, Token);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var devices = new Devices();
        var enrolling = new EnrollmentClient(Participant, calls, recorder, new Random(options.Seed));
        using var entry = (await enrolling.EnrollOneAsync()).Certificate;
        List<AttachedNode> nodes = [];
        for (var i = 0; i < 3; i++)
        {
            var (id, certificate) = await enrolling.EnrollOneAsync();
            nodes.Add(new(id, certificate, calls, recorder, RandomOf(40 + i)));
        }

        Task[] clients =
        [
            .. new[] { "anna", "ben" }.Select((user, i) => new DeviceClient(user, calls, devices, recorder, RandomOf(10 + i)).RunAsync(stop.Token)),
            .. Enumerable.Range(0, 2).Select(i => new EnrollmentClient(Participant, calls, recorder, RandomOf(20 + i)).RunAsync(stop.Token)),
            .. Enumerable.Range(0, 2).Select(i => new LookupClient(entry, calls, devices, recorder, RandomOf(30 + i)).RunAsync(stop.Token)),
            .. nodes.Select(n => n.RunAsync(stop.Token)),
        ];
        await new FaultPlan(bed, new(store, bed.Keys), store, options, FaultReport.Say).RunAsync(Token);

        // Nobody has lent a hand; now all must be well again.
        var healed = recorder.Now;
        await UntilServedByAllAsync(bed, recorder, healed);
        await UntilEveryReplicaShowsAsync(calls, "nodes", shown => nodes.All(n => shown.Any(s => s.GetProperty("id").GetString() == n.Id && s.GetProperty("state").GetString() == "ready")));
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        await store.CommitAsync(new StateTransaction().Put(last, Encoding.ASCII.GetBytes("end")), Token);
        var logs = await Task.WhenAll(watches);
        var (stored, values) = await StoreHistory.ReadAsync(bed.Cluster, bed.Keys, last, Token);
        await CheckViewsAsync(bed, calls, values, recorder);
        foreach (var call in calls)
        {
            call.Dispose();
        }

        return recorder.ToHistory() with
        {
            Changes = stored.Changes,
            Facts = stored.Facts,
            Watches = logs,
            Leading = [.. bed.Replicas.SelectMany(r => r.Logs).SelectMany(l => LeaderLog.Read(l.Run, File.ReadAllText(l.Path)))],
        };

        Random RandomOf(int client) => new((options.Seed * 100) + client);
    }

    private static async Task PrepareAsync(ReplicaCalls replica)
    {
        Assert.Equal(Outcome.Done, (await replica.AdminAsync(HttpMethod.Post, "participants", new { id = Participant })).Outcome);
        foreach (var user in new[] { "anna", "ben" })
        {
            Assert.Equal(Outcome.Done, (await replica.AdminAsync(HttpMethod.Post, "users", new { id = user })).Outcome);
        }
    }

    private static async Task<IReadOnlyList<Task<WatchLog>>> StartWatchesAsync(FaultBed bed, string lastKey)
    {
        List<Task<WatchLog>> watches = [];
        for (var i = 0; i < 3; i++)
        {
            var watcher = new StoreWatcher($"w{i + 1}", await bed.OpenStoreAsync(i, Token), bed.Keys.Prefix);
            await watcher.BeginAsync(Token);
            watches.Add(watcher.RunAsync(lastKey, Token));
        }

        return watches;
    }

    private static async Task UntilServedByAllAsync(FaultBed bed, HistoryRecorder recorder, long since)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            var now = recorder.ToHistory();
            if (bed.Replicas.All(r =>
                    now.Writes.Any(w => w.Replica == r.Run && w.Outcome == Outcome.Done && w.Span.Began > since)
                    && now.Enrollments.Any(e => e.Replica == r.Run && e.Outcome == Outcome.Done && e.Span.Began > since)
                    && now.Lookups.Any(l => l.Replica == r.Run && l.IsKnown == true && l.Span.Began > since)))
            {
                return;
            }

            await Task.Delay(100, limit.Token);
        }
    }

    /// <summary>What each replica shows is what the store has: its own watch has missed nothing.</summary>
    private static async Task CheckViewsAsync(FaultBed bed, ReplicaCalls[] calls, IReadOnlyDictionary<string, byte[]> values, HistoryRecorder recorder)
    {
        foreach (var (path, folder) in new[] { ("devices", StateKeys.Folders.Devices), ("tokens", StateKeys.Folders.JoinTokens), ("nodes", StateKeys.Folders.Nodes), ("users", StateKeys.Folders.Users) })
        {
            var prefix = bed.Keys.Prefix + folder;
            string[] expected = [.. values.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).Select(k => k[prefix.Length..]).Order(StringComparer.Ordinal)];
            foreach (var call in calls)
            {
                var (_, _, run, answer) = await call.AdminAsync(HttpMethod.Get, path);
                string[] shown = [.. answer.EnumerateArray().Select(e => e.GetProperty("id").GetString()!).Order(StringComparer.Ordinal)];
                if (!expected.SequenceEqual(shown))
                {
                    recorder.Surprise($"{run} shows {shown.Length} {path} where the store has {expected.Length}: {string.Join(", ", expected.Except(shown).Concat(shown.Except(expected)).Take(5))}");
                }
            }
        }

        // Those that were killed are listed until their leases end.
        await UntilEveryReplicaShowsAsync(calls, "replicas", shown => shown.Count == calls.Length && shown.Count(r => r.GetProperty("leads").GetBoolean()) == 1);
    }

    private static async Task UntilEveryReplicaShowsAsync(ReplicaCalls[] calls, string path, Func<IReadOnlyList<JsonElement>, bool> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        foreach (var call in calls)
        {
            while (await call.AdminAsync(HttpMethod.Get, path) is var (outcome, _, _, answer)
                && (outcome != Outcome.Done || !holds([.. answer.EnumerateArray()])))
            {
                Assert.False(limit.IsCancellationRequested, $"{call.Replica.Run} still shows {answer}");
                await Task.Delay(200, Token);
            }
        }
    }
}
