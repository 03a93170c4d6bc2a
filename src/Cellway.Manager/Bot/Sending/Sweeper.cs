using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Leadership;
using Cellway.Model.Bot;

namespace Cellway.Manager.Bot.Sending;

/// <summary>Takes away what has had its time: conversations after a day, decided requests and closed threads after a month, people who are nothing to the network.</summary>
internal sealed class Sweeper(BotDesk desk, TimeProvider time)
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
    }

    private async Task DeleteAsync<T>(LeaderTerm term, BotTable<T> table, Func<T, bool> isOver, CancellationToken cancellationToken)
        where T : class, Model.State.IStateRecord
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
