using Cellway.Manager.View;
using Cellway.Model.Replicas;
using Cellway.Model.State;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.Leadership;

/// <summary>Elects the replica that plans for all: whoever writes the leader's key while there is none. The key lives by the replica's lease.</summary>
internal sealed class LeaderElection(
    IStateStore store,
    StateKeys keys,
    NetworkViewFeed feed,
    ReplicaLease lease,
    Replica replica,
    IEnumerable<IPlanner> planners,
    TimeProvider time,
    LeadershipLog log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RunAgainAfter = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var held = await lease.HoldAsync(stoppingToken);
                if (await TryWinAsync(held, stoppingToken) is { } term)
                {
                    await LeadAsync(held, term, stoppingToken);
                }

                await WaitForVacancyAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is IOException or InvalidDataException or ArgumentException) // the last: the lease has just ended
            {
                log.ElectionFailed(e);
                await Task.Delay(LookEvery, time, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    /// <returns>The revision of the leader's key, if it is this replica's.</returns>
    private async Task<long?> TryWinAsync(HeldLease held, CancellationToken stop)
    {
        var record = new LeaderRecord { Replica = replica.Id, Lease = held.Id, Since = time.GetUtcNow() };
        var result = await store.CommitAsync(new StateTransaction().Create(keys.Leader, StateJson.Write(record), held.Id), stop);
        if (result.Succeeded)
        {
            return result.Revision;
        }

        // An answer may have been lost: then the key is this replica's own.
        return await store.GetAsync(keys.Leader, stop) is { } entry
            && StateJson.Read<LeaderRecord>(entry) is var leader && leader.Replica == replica.Id && leader.Lease == held.Id
                ? entry.ModRevision
                : null;
    }

    private async Task LeadAsync(HeldLease held, long revision, CancellationToken stop)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(held.Lost, stop);
        var term = new LeaderTerm(store, keys.Leader, revision, lost);
        log.Leads(revision);
        await Task.WhenAll([.. planners.Select(p => RunAsync(p, term, lost.Token)), WatchAsync(revision, lost)]);
        log.LeadsNoLonger(revision);
    }

    // The key may go before the lease does: somebody deleted it.
    private async Task WatchAsync(long revision, CancellationTokenSource lost)
    {
        try
        {
            for (var view = feed.Current; ; view = await feed.WaitForAsync(view.Revision + 1, lost.Token))
            {
                if (view.Revision >= revision && view.Leader?.Replica != replica.Id)
                {
                    await lost.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Lost, one way or the other.
        }
    }

    private async Task RunAsync(IPlanner planner, LeaderTerm term, CancellationToken lost)
    {
        while (!lost.IsCancellationRequested)
        {
            try
            {
                await planner.RunAsync(term, lost);
            }
            catch (OperationCanceledException) when (lost.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // One planner's mistake must not end the others' work.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.PlannerFailed(planner.Name, e);
            }

            await Task.Delay(RunAgainAfter, time, lost).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private async Task WaitForVacancyAsync(CancellationToken stop)
    {
        while (feed.Current is { Leader: not null } view)
        {
            using var look = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(feed.WaitForAsync(view.Revision + 1, look.Token).AsTask(), Task.Delay(LookEvery, time, look.Token));
            await look.CancelAsync();
            stop.ThrowIfCancellationRequested();
        }
    }
}
