using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Leadership;
using Cellway.Model.Replicas;
using Cellway.Model.State;

namespace Cellway.Manager.Bot.Sending;

/// <summary>
/// The place of the one process that runs the bot: a leader of management, or a bot on its own. Whoever has it writes with a term of its own, so that two never do,
/// however many are asked to. It lives by the process's lease.
/// </summary>
internal sealed class BotSeat(IStateStore store, BotState state, ReplicaLease lease, Replica replica, TimeProvider time, BotLog log)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GiveBackWithin = TimeSpan.FromSeconds(2);

    /// <summary>Waits for the seat, and works in it until <paramref name="lost"/> or until it is somebody else's.</summary>
    public async Task WorkAsync(Func<LeaderTerm, CancellationToken, Task> work, CancellationToken lost)
    {
        var held = await lease.HoldAsync(lost);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(held.Lost, lost);
        var revision = await TakeAsync(held, ends.Token);
        var term = new LeaderTerm(store, state.SeatKey, revision, ends);
        try
        {
            await work(term, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested && !lost.IsCancellationRequested)
        {
            // Somebody else has the seat, or the lease was lost: it is taken again as soon as it can be.
        }
        finally
        {
            await GiveBackAsync(revision);
        }
    }

    /// <returns>The revision of the seat's key.</returns>
    private async Task<long> TakeAsync(HeldLease held, CancellationToken cancellationToken)
    {
        var record = StateJson.Write(new LeaderRecord { Replica = replica.Id, Lease = held.Id, Since = time.GetUtcNow() });
        for (var told = false; ; told = true)
        {
            var result = await store.CommitAsync(new StateTransaction().Create(state.SeatKey, record, held.Id), cancellationToken);
            if (result.Succeeded)
            {
                return result.Revision;
            }

            // An answer may have been lost: then it is this process's own.
            if (await store.GetAsync(state.SeatKey, cancellationToken) is { } entry && StateJson.Read<LeaderRecord>(entry) is var other)
            {
                if (other.Replica == replica.Id && other.Lease == held.Id)
                {
                    return entry.ModRevision;
                }

                if (!told)
                {
                    log.Elsewhere(other.Replica);
                }
            }

            await Task.Delay(LookEvery, time, cancellationToken);
        }
    }

    // So that the next one need not wait for the lease to run out.
    private async Task GiveBackAsync(long revision)
    {
        using var limit = new CancellationTokenSource(GiveBackWithin, time);
        try
        {
            await store.CommitAsync(new StateTransaction().Require(state.SeatKey, revision).Delete(state.SeatKey), limit.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It goes with the lease.
        }
    }
}
