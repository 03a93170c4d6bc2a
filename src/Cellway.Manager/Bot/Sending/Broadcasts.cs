using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Transport;
using Cellway.Manager.Leadership;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Bot.Sending;

/// <summary>Sends broadcasts, within Telegram's allowance, in the order of people's hashes; what was sent is written while more is.</summary>
/// <remarks>
/// Everybody up to the record's cursor, and whoever is listed after it, has been dealt with: whoever comes next goes on from there. A leader
/// that is told to stop finishes what it is sending. One that dies cannot have written of the messages that were on their way, and Telegram cannot
/// be asked: they are sent again. Nobody else's is, because the next message takes the place of one only when that one is written.
/// </remarks>
internal sealed class Broadcasts(BotDesk desk, CallbackSigner signer, TimeProvider time, BotLog log)
{
    private const int AtOnce = 32;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Whom it goes to now, in order.</summary>
    public IEnumerable<string> RecipientsOf(string audience, string? cell)
    {
        var view = desk.Feed.Current;
        var participants = audience == "cell"
            ? view.Nodes.Values.Where(n => n.Cell == cell && n.State != NodeState.Revoked).Select(n => n.Participant).ToHashSet(StringComparer.Ordinal)
            : [];
        return desk.State.People.All
            .Where(p => p.Value is { BannedAt: null, Unreachable: false } person && (audience switch
            {
                "users" => person.User is not null,
                "participants" => person.Participant is not null,
                _ => (person.User is { } user && view.Accounts.AllDevicesOf(user).Any(d => d.Row.Cell == cell)) || (person.Participant is { } name && participants.Contains(name)),
            }))
            .Select(p => p.Key).Order(StringComparer.Ordinal);
    }

    public async Task RunAsync(TelegramApi telegram, LeaderTerm term, CancellationToken lost, CancellationToken end)
    {
        while (!lost.IsCancellationRequested)
        {
            foreach (var broadcast in desk.State.Broadcasts.All.Select(b => b.Value).Where(b => b.EndedAt is null).OrderBy(b => b.At).ToList())
            {
                await SendAsync(telegram, term, broadcast.Id, lost, end);
            }

            await Task.Delay(LookEvery, time, lost);
        }
    }

    private async Task SendAsync(TelegramApi telegram, LeaderTerm term, string id, CancellationToken lost, CancellationToken end)
    {
        var begun = desk.State.Broadcasts.Find(id)!;
        var text = desk.Seals.Open(begun.Words)["text"];
        var ahead = begun.Ahead.ToHashSet(StringComparer.Ordinal);
        var left = RecipientsOf(begun.Audience, begun.Cell).Where(p => string.CompareOrdinal(p, begun.Cursor) > 0 && !ahead.Contains(p)).ToList();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(lost);
        await using var progress = new BroadcastProgress(desk, term, begun, left, log, end);
        var watching = WatchAsync(progress, over);
        try
        {
            await Parallel.ForEachAsync(
                left,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = CancellationToken.None },
                async (person, _) => await SendAsync(telegram, progress, person, text, over, end));
            await progress.WriteAsync(isWhole: !lost.IsCancellationRequested);
        }
        finally
        {
            await over.CancelAsync();
            await watching;
        }
    }

    private async Task SendAsync(TelegramApi telegram, BroadcastProgress progress, string person, string text, CancellationTokenSource over, CancellationToken end)
    {
        if (over.IsCancellationRequested || progress.IsOver)
        {
            return;
        }

        var reply = new Reply(desk.TextsOf(person).Say("broadcast.message", ("text", text)));
        var result = desk.ChatOf(person) is { } chat ? await telegram.PushAsync(chat, reply, signer, person, EnterAsync, over.Token, end) : SendResult.Gone;
        if (result != SendResult.Unknown)
        {
            await progress.DoneAsync(person, result);
        }

        async Task<SendPlace> EnterAsync()
        {
            var place = await telegram.Pace.WaitAsync(person, over.Token);
            if (progress.IsOver)
            {
                place.Dispose();
                await over.CancelAsync();
                over.Token.ThrowIfCancellationRequested();
            }

            return place;
        }
    }

    // What was called off need not wait until it would be tried again.
    private async Task WatchAsync(BroadcastProgress progress, CancellationTokenSource over)
    {
        while (!over.IsCancellationRequested)
        {
            if (progress.IsOver)
            {
                await over.CancelAsync();
            }

            await Task.Delay(LookEvery, time, over.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
