using System.Collections.Concurrent;
using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Transport;
using Cellway.Manager.Leadership;
using Cellway.Model.Bot;
using Cellway.Model.State;
using Telegram.Bot.Types;

namespace Cellway.Manager.Bot.Sending;

/// <summary>Takes updates from Telegram and has each handled once.</summary>
/// <remarks>
/// Telegram forgets updates when later ones are asked for. So the next ones are asked for only when all of these are handled, each
/// with a mark in the transaction of its effect: what comes again after a crash, or to another leader, is known by the mark.
/// </remarks>
internal sealed class Updates(BotDesk desk, Conversations conversations, Answers answers, Outbox outbox, TimeProvider time, BotLog log)
{
    private const int AtOnce = 64;
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StateAwayFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NumberedAnew = TimeSpan.FromDays(6); // Telegram: after a week without updates

    private readonly ConcurrentDictionary<Task, bool> _late = new();

    public async Task<BotOffsetRecord?> ReadAsync(CancellationToken cancellationToken) =>
        await desk.Store.GetAsync(desk.State.OffsetKey, cancellationToken) is { } entry ? StateJson.Read<BotOffsetRecord>(entry) : null;

    /// <returns>From which update on Telegram is asked; 0 from the first that it has: later ones may have smaller numbers, and must not pass for handled.</returns>
    internal static int NextOf(BotOffsetRecord? offset, DateTimeOffset now) => offset is not null && now - offset.At < NumberedAnew ? offset.Next : 0;

    public async Task RunAsync(TelegramApi telegram, LeaderTerm term, CancellationToken lost, CancellationToken end)
    {
        var offset = await ReadAsync(lost);
        var failures = 0;
        try
        {
            while (!lost.IsCancellationRequested)
            {
                var (updates, failure) = await telegram.PollAsync(NextOf(offset, time.GetUtcNow()), lost);
                if (failure is { } failed)
                {
                    var delay = failed.RetryAfter ?? Backoff.After(failures++);
                    Tell(failed, delay, failures);
                    await Task.Delay(delay, time, lost);
                    continue;
                }

                if (failures > 0)
                {
                    failures = 0;
                    log.ReachableAgain();
                }

                if (updates.Count > 0)
                {
                    offset = await HandleAsync(telegram, term, updates, lost, end);
                }
            }
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            // Another goes on.
        }
        finally
        {
            await Task.WhenAll(_late.Keys);
        }
    }

    private void Tell(TelegramFailure failed, TimeSpan delay, int failures)
    {
        if (failed.IsConflict)
        {
            if (failures == 3) // the leader before this one may still be asking
            {
                log.Conflict();
            }
        }
        else if (failed.RetryAfter is { } wait)
        {
            log.Slowed(wait);
        }
        else
        {
            log.Unreachable(failed.Reason, delay);
        }
    }

    private async Task<BotOffsetRecord> HandleAsync(TelegramApi telegram, LeaderTerm term, IReadOnlyList<Update> updates, CancellationToken lost, CancellationToken end)
    {
        var people = updates.Select(Incoming.Of).OfType<Incoming>().OrderBy(u => u.Update).GroupBy(u => u.From).ToList();
        await Parallel.ForEachAsync(people, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = lost }, async (person, _) =>
        {
            foreach (var incoming in person)
            {
                var reply = await DecideAsync(incoming, term, lost);
                outbox.Wake();
                await AnswerAsync(answers.SendAsync(telegram, incoming, reply, end));
            }
        });
        var offset = new BotOffsetRecord { Next = updates.Max(u => u.Id) + 1, Bot = desk.BotName, At = time.GetUtcNow() };
        await WriteAsync(offset, term, lost);
        return offset;
    }

    private async Task<Reply?> DecideAsync(Incoming incoming, LeaderTerm term, CancellationToken lost)
    {
        while (true)
        {
            try
            {
                return await conversations.HandleAsync(incoming, term, lost);
            }
            catch (IOException e)
            {
                log.StateAway(e);
                await Task.Delay(StateAwayFor, time, lost);
            }
        }
    }

    // Whoever has got no answer by then waits on; the others need not wait with them.
    private async Task AnswerAsync(Task answer)
    {
        try
        {
            await answer.WaitAsync(AnswerWithin, time);
        }
        catch (TimeoutException)
        {
            _late[answer] = true;
            _ = answer.ContinueWith(done => _late.TryRemove(done, out _), TaskScheduler.Default);
        }
    }

    private async Task WriteAsync(BotOffsetRecord offset, LeaderTerm term, CancellationToken lost)
    {
        var record = StateJson.Write(offset);
        while (true)
        {
            try
            {
                await term.CommitAsync(new StateTransaction().Put(desk.State.OffsetKey, record), lost);
                return;
            }
            catch (IOException e)
            {
                log.StateAway(e);
                await Task.Delay(StateAwayFor, time, lost);
            }
        }
    }
}
