using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Transport;
using Cellway.Manager.Leadership;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Bot.Sending;

/// <summary>Sends broadcasts, within Telegram's allowance, in the order of people's hashes; what was sent is written while more is.</summary>
/// <remarks>
/// Everybody up to the record's cursor, and whoever is listed after it, has been dealt with: whoever comes next goes on from there. A leader
/// that is told to stop finishes what it is sending. One that dies may have sent what it had no time to write: those few get it twice.
/// </remarks>
internal sealed class Broadcasts(BotDesk desk, CallbackSigner signer, TimeProvider time)
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
        await using var progress = new BroadcastProgress(desk, term, id, left, end);
        await Parallel.ForEachAsync(left, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = CancellationToken.None }, async (person, _) =>
        {
            if (lost.IsCancellationRequested || progress.IsOver || desk.ChatOf(person) is not { } chat)
            {
                return;
            }

            try
            {
                await telegram.Pace.WaitAsync(person, lost);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var reply = new Reply(desk.TextsOf(person).Say("broadcast.message", ("text", text)));
            if (await telegram.SendAsync(chat, reply, signer, person, end) is not SendResult.Unknown and var result)
            {
                progress.Done(person, result);
            }
        });
        await progress.WriteAsync(isWhole: !lost.IsCancellationRequested);
    }
}
