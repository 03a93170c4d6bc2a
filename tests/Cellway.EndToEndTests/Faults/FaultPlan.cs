using System.Diagnostics;
using System.Globalization;
using Cellway.Model.Replicas;
using Cellway.Model.State;
using Cellway.Testing.Etcd;

namespace Cellway.EndToEndTests.Faults;

/// <summary>What goes wrong: replicas and members in two lanes at once, each lane one fault after the other, in an order that the seed decides.</summary>
internal sealed class FaultPlan(FaultBed bed, StaleEndpoints work, IStateStore store, FaultOptions options, Action<string> say)
{
    // Longer than a replica's lease of 9 s, so that what is frozen or cut off is given up.
    private static readonly TimeSpan GivenUp = TimeSpan.FromSeconds(10.5);
    private static readonly TimeSpan NodesGivenUp = TimeSpan.FromSeconds(35); // PhoneHomeOptions.OfflineAfter is 30 s
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _faults;

    public int Faults => _faults;

    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(
        RunLaneAsync(1, ReplicaFaults, cancellationToken),
        RunLaneAsync(2, MemberFaults, cancellationToken));

    private async Task RunLaneAsync(int lane, Func<Random, IEnumerable<(string Name, Func<Task> Fault)>> faultsOf, CancellationToken cancellationToken)
    {
        var random = new Random((options.Seed * 10) + lane);
        for (var round = 0; round < options.Rounds; round++)
        {
            var faults = faultsOf(random).ToArray();
            random.Shuffle(faults);
            foreach (var (name, fault) in faults)
            {
                say(string.Create(CultureInfo.InvariantCulture, $"{_clock.Elapsed.TotalSeconds,6:F1} s  {name}"));
                Interlocked.Increment(ref _faults);
                await work.MakeAsync(10, cancellationToken);
                await fault();
                await PauseAsync(random, 500, 1500, cancellationToken);
            }
        }
    }

    private IEnumerable<(string Name, Func<Task> Fault)> ReplicaFaults(Random random)
    {
        foreach (var replica in bed.Replicas)
        {
            yield return ($"kill -9 {replica.Name}", () => KillAsync(replica, random));
            yield return ($"freeze {replica.Name}", () => FreezeAsync(replica, GivenUp));
        }

        if (options.Rounds > 1)
        {
            var slept = Any(bed.Replicas);
            yield return ($"freeze {slept.Name} for so long that its nodes are given up too", () => FreezeAsync(slept, NodesGivenUp));
        }

        yield return ("freeze a leader in the middle of its work", FreezeLeaderAtWorkAsync);
        var cut = Any(bed.Replicas);
        yield return ($"cut {cut.Name} off from every member", () => PartitionAsync(cut, bed.Cluster.Members));
        var (half, member) = (Any(bed.Replicas), Any(bed.Cluster.Members));
        yield return ($"cut {half.Name} off from {member.Name}", () => PartitionAsync(half, [member]));
        if (ReplicaProcess.HasClock)
        {
            var (early, late) = (Any(bed.Replicas), Any(bed.Replicas));
            yield return ($"{early.Name}'s clock jumps an hour ahead, and back", () => JumpAsync(early, Hour));
            yield return ($"{late.Name}'s clock jumps an hour back, and ahead", () => JumpAsync(late, -Hour));
        }

        var stopped = Any(bed.Replicas);
        yield return ($"stop {stopped.Name} in order", () => StopAsync(stopped));

        T Any<T>(IReadOnlyList<T> all) => all[random.Next(all.Count)];
    }

    private IEnumerable<(string Name, Func<Task> Fault)> MemberFaults(Random random)
    {
        foreach (var member in bed.Cluster.Members)
        {
            yield return ($"kill -9 {member.Name}", () => KillAsync([member], random));
            yield return ($"freeze {member.Name}", () => FreezeAsync(member, random));
        }

        var spared = bed.Cluster.Members[random.Next(bed.Cluster.Members.Count)];
        yield return ($"no quorum: only {spared.Name} is left", () => KillAsync([.. bed.Cluster.Members.Where(m => m != spared)], random));
    }

    private static async Task KillAsync(ReplicaProcess replica, Random random)
    {
        await replica.KillAsync();
        await PauseAsync(random, 500, 3000, default);
        await replica.StartAgainAsync();
    }

    private static async Task StopAsync(ReplicaProcess replica)
    {
        Assert.Equal(0, await replica.StopAsync());
        await replica.StartAgainAsync();
    }

    private static async Task FreezeAsync(ReplicaProcess replica, TimeSpan @for)
    {
        await replica.FreezeAsync();
        await Task.Delay(@for);
        await replica.ThawAsync();
    }

    private async Task FreezeLeaderAtWorkAsync()
    {
        if (await LeaderAsync() is not { } first)
        {
            return; // the other lane has taken the quorum away
        }

        var endpoints = await work.MakeAsync(400, default);
        await first.KillAsync();
        try
        {
            await UntilAsync(() => work.IsBegunAsync(endpoints, default));
            var second = await LeaderAsync();
            await (second?.FreezeAsync() ?? Task.CompletedTask);
            await Task.Delay(GivenUp);
            await (second?.ThawAsync() ?? Task.CompletedTask);
        }
        finally
        {
            await first.StartAgainAsync();
        }
    }

    private async Task PartitionAsync(ReplicaProcess replica, IReadOnlyList<EtcdMemberProcess> members)
    {
        await bed.Network.PartitionAsync(replica.Name, [.. members.Select(m => m.Name)]);
        await Task.Delay(GivenUp);
        await bed.Network.HealAsync();
    }

    private static async Task JumpAsync(ReplicaProcess replica, TimeSpan by)
    {
        await replica.SetClockAsync((int)by.TotalSeconds);
        await Task.Delay(TimeSpan.FromSeconds(5));
        await replica.SetClockAsync(0);
    }

    private async Task KillAsync(IReadOnlyList<EtcdMemberProcess> members, Random random)
    {
        await Task.WhenAll(members.Select(m => m.KillAsync()));
        await PauseAsync(random, 1000, members.Count > 1 ? 9000 : 4000, default);
        foreach (var member in members)
        {
            member.Start();
        }

        foreach (var member in members)
        {
            await bed.Cluster.WaitUntilHealthyAsync(member);
        }
    }

    private async Task FreezeAsync(EtcdMemberProcess member, Random random)
    {
        await member.FreezeAsync();
        await PauseAsync(random, 2000, 7000, default);
        await member.ThawAsync();
        await bed.Cluster.WaitUntilHealthyAsync(member);
    }

    private async Task<ReplicaProcess?> LeaderAsync()
    {
        try
        {
            if (await store.GetAsync(bed.Keys.Leader, default) is { } entry
                && await store.GetAsync(bed.Keys.Replica(StateJson.Read<LeaderRecord>(entry).Replica), default) is { } replica)
            {
                var endpoints = StateJson.Read<ReplicaRecord>(replica).Endpoints;
                return bed.Replicas.SingleOrDefault(r => endpoints.Contains(r.Nodes));
            }
        }
        catch (StateUnavailableException)
        {
            // Nobody knows.
        }

        return null;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromMinutes(1))
        {
            try
            {
                if (await holds())
                {
                    return;
                }
            }
            catch (StateUnavailableException)
            {
                // The other lane has taken the quorum away.
            }
        }

        throw new TimeoutException("No leader began to work within a minute.");
    }

    private static Task PauseAsync(Random random, int from, int to, CancellationToken cancellationToken) => Task.Delay(random.Next(from, to), cancellationToken);
}
