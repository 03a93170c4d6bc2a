using Cellway.Manager.Api;
using Cellway.Manager.Audit;
using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Leadership;
using Cellway.Model.Bot;
using Cellway.Model.State;

namespace Cellway.Manager.Bot.Sending;

/// <summary>Takes away what has had its time: conversations after a day, users of trials a day after the trial, decided requests and closed threads after a month, people who are nothing to the network.</summary>
internal sealed class Sweeper(BotDesk desk, BotActs.Factory acts, Acts audit, TimeProvider time)
{
    private const int AtOnce = 100; // etcd takes 128 operations in one transaction
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    public async Task RunAsync(LeaderTerm term, CancellationToken lost)
    {
        while (true)
        {
            await SweepAsync(term, lost);
            await Task.Delay(Every, time, lost);
        }
    }

    public async Task SweepAsync(LeaderTerm term, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var state = desk.State;
        await DeleteAsync(term, state.Talks, t => now - t.At > Day, cancellationToken);
        await DeleteAsync(term, state.Requests, r => r.State != BotRequestState.Open && now - r.DecidedAt > Month, cancellationToken);
        await DeleteAsync(term, state.Threads, t => now - t.ClosedAt > Month, cancellationToken);
        await DeleteAsync(term, state.Broadcasts, b => now - b.EndedAt > Month, cancellationToken);
        await EndTrialsAsync(term, cancellationToken);
        await ForgetAsync(term, cancellationToken);
        await DeleteExpiredAsync<BotCodeRecord>(term, BotState.CodesFolder, c => c.ExpiresAt, cancellationToken);
        await DeleteExpiredAsync<BotInvitationRecord>(term, BotState.InvitationsFolder, i => i.ExpiresAt, cancellationToken);
    }

    /// <summary>The count of trials stays with the person; the user was for that hour. One that an operator has closed stays closed.</summary>
    private async Task EndTrialsAsync(LeaderTerm term, CancellationToken cancellationToken)
    {
        var accounts = desk.Feed.Current.Accounts;
        foreach (var (id, person) in desk.State.People.All.Where(p => p.Value.TrialUser is { } user && accounts.FindUser(user) is { Disabled: false, ExpiresAt: { } end } && time.GetUtcNow() - end > Day).ToList())
        {
            using var act = audit.Within("bot trial over", person.TrialUser!);
            foreach (var device in accounts.AllDevicesOf(person.TrialUser!))
            {
                await acts.Through(new BotStore(desk.Store, term, new())).Devices.DeleteAsync(device.Row.Id, cancellationToken);
            }

            var changes = new BotChanges();
            changes.Put(desk.State.People, id, person with { TrialUser = null });
            try
            {
                await acts.Through(new BotStore(desk.Store, term, changes)).Users.RemoveAsync(person.TrialUser!, cancellationToken);
            }
            catch (Exception e) when (e is ChangedMeanwhileException or AdminException)
            {
                // They have begun another trial.
            }
        }
    }

    private async Task ForgetAsync(LeaderTerm term, CancellationToken cancellationToken)
    {
        var state = desk.State;
        foreach (var id in state.People.All.Where(p => IsNobody(p.Key, p.Value)).Select(p => p.Key).ToList())
        {
            var changes = new BotChanges();
            changes.Delete(state.People, id);
            changes.Delete(state.Chats, id);
            try
            {
                await new BotStore(desk.Store, term, changes).CommitAsync(cancellationToken);
            }
            catch (ChangedMeanwhileException)
            {
                // They have come back.
            }
        }
    }

    private async Task DeleteExpiredAsync<T>(LeaderTerm term, string folder, Func<T, DateTimeOffset> end, CancellationToken cancellationToken)
        where T : class, IStateRecord
    {
        var entries = (await desk.Store.ListAsync(desk.State.Keys.Bot(folder), cancellationToken)).Entries;
        foreach (var expired in entries.Where(e => end(StateJson.Read<T>(e)) <= time.GetUtcNow()).Chunk(AtOnce))
        {
            var transaction = new StateTransaction();
            foreach (var entry in expired)
            {
                transaction.Delete(entry.Key);
            }

            await term.CommitAsync(transaction, cancellationToken);
        }
    }

    private bool IsNobody(string id, BotPersonRecord person) =>
        person is { User: null, Participant: null, Trials: 0, BannedAt: null, Thread: null }
        && desk.State.Requests.Find(person.Request) is null && desk.State.Talks.Find(id) is null && !desk.Operators.Contains(id);

    private async Task DeleteAsync<T>(LeaderTerm term, BotTable<T> table, Func<T, bool> isOver, CancellationToken cancellationToken)
        where T : class, IStateRecord
    {
        foreach (var ids in table.All.Where(e => isOver(e.Value)).Select(e => e.Key).Chunk(AtOnce))
        {
            var changes = new BotChanges();
            foreach (var id in ids)
            {
                changes.Delete(table, id);
            }

            try
            {
                await new BotStore(desk.Store, term, changes).CommitAsync(cancellationToken);
            }
            catch (ChangedMeanwhileException)
            {
                // Somebody has come back; the others can wait.
            }
        }
    }
}
