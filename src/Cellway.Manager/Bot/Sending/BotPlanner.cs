using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Transport;
using Cellway.Manager.Leadership;

namespace Cellway.Manager.Bot.Sending;

/// <summary>Runs the bot: on the leader of management, or in a process of its own. Whatever Telegram does, nothing else of the network notices.</summary>
internal sealed class BotPlanner(
    BotOptions options, BotSeat seat, BotDesk desk, Updates updates, Outbox outbox, Broadcasts broadcasts, AlertWatch alerts, Sweeper sweeper, TimeProvider time, BotLog log) : IPlanner
{
    private static readonly TimeSpan FinishWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RefusedFor = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(5);

    public string Name => "bot";

    /// <summary>As the leader; the bot has a term of its own, because a process that is no replica may have it.</summary>
    public Task RunAsync(LeaderTerm term, CancellationToken lost) => RunAsync(lost);

    public Task RunAsync(CancellationToken lost) => seat.WorkAsync(WorkAsync, lost);

    private async Task WorkAsync(LeaderTerm term, CancellationToken lost)
    {
        await desk.State.LoadAsync(desk.Store, lost);
        using var telegram = new TelegramApi(options, new(options.MessagesPerSecond, time), time, log);
        if (!await BeginAsync(telegram, lost))
        {
            await Task.Delay(RefusedFor, time, lost);
            return;
        }

        desk.BotName = telegram.Name ?? "";
        log.Answers(desk.BotName, Updates.NextOf(await updates.ReadAsync(lost), time.GetUtcNow()));

        // What is being sent when the lead ends is finished, so that a planned restart sends nothing twice.
        using var end = new CancellationTokenSource();
        await using var ending = lost.Register(() => end.CancelAfter(FinishWithin));
        await Task.WhenAll(
            KeepAsync("updates", () => updates.RunAsync(telegram, term, lost, end.Token), lost),
            KeepAsync("outbox", () => outbox.RunAsync(telegram, term, lost, end.Token), lost),
            KeepAsync("broadcasts", () => broadcasts.RunAsync(telegram, term, lost, end.Token), lost),
            KeepAsync("alerts", () => alerts.RunAsync(term, lost), lost),
            KeepAsync("sweeper", () => sweeper.RunAsync(term, lost), lost));
    }

    /// <returns>Whether Telegram knows the token.</returns>
    private async Task<bool> BeginAsync(TelegramApi telegram, CancellationToken lost)
    {
        for (var failures = 0; await telegram.BeginAsync(lost) is { } failure; failures++)
        {
            if (failure.IsTokenRefused)
            {
                log.TokenRefused(failure.Code, failure.Reason);
                return false;
            }

            var delay = failure.RetryAfter ?? Backoff.After(failures);
            log.Unreachable(failure.Reason, delay);
            await Task.Delay(delay, time, lost);
        }

        return true;
    }

    private async Task KeepAsync(string part, Func<Task> run, CancellationToken lost)
    {
        while (!lost.IsCancellationRequested)
        {
            try
            {
                await run();
            }
            catch (OperationCanceledException) when (lost.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // One part's mistake must not end the others' work.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.PartFailed(part, e);
                await Task.Delay(AgainAfter, time, lost).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }
}
