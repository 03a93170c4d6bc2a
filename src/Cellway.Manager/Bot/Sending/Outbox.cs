using System.Threading.Channels;
using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Transport;
using Cellway.Manager.Leadership;
using Cellway.Model.Bot;
using Cellway.Model.State;

namespace Cellway.Manager.Bot.Sending;

/// <summary>Sends what waits in the state: a message goes out of it once Telegram has taken it.</summary>
/// <remarks>
/// Telegram cannot be asked whether it has taken a message: whoever dies, or loses the lead, after it was taken and before that is
/// written has sent it, and the next leader sends it again. That is the only way in which anything is sent twice, and nothing is lost.
/// </remarks>
internal sealed class Outbox(BotDesk desk, CallbackSigner signer, TimeProvider time, BotLog log)
{
    private const int AtOnce = 16;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StateAwayFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(7);

    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>There may be something to send.</summary>
    public void Wake() => _news.Writer.TryWrite(true);

    public async Task RunAsync(TelegramApi telegram, LeaderTerm term, CancellationToken lost, CancellationToken end)
    {
        using var places = new SemaphoreSlim(AtOnce);
        Dictionary<string, Task> busy = new(StringComparer.Ordinal); // by person: whoever cannot be written to holds up nobody else
        try
        {
            while (!lost.IsCancellationRequested)
            {
                foreach (var (person, over) in busy.Where(b => b.Value.IsCompleted).ToList())
                {
                    busy.Remove(person);
                    await over;
                }

                foreach (var messages in Due().Where(m => !busy.ContainsKey(m.Key)))
                {
                    busy[messages.Key] = SendAsync(telegram, term, [.. messages], places, lost, end);
                }

                await WaitAsync(lost);
            }
        }
        finally
        {
            await Task.WhenAll(busy.Values).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private List<IGrouping<string, BotMessageRecord>> Due()
    {
        var now = time.GetUtcNow();
        return [.. desk.State.Outbox.All.Select(m => m.Value).Where(m => m.NotBefore is null || m.NotBefore <= now).OrderBy(m => m.Id, StringComparer.Ordinal).GroupBy(m => m.To, StringComparer.Ordinal)];
    }

    private async Task SendAsync(TelegramApi telegram, LeaderTerm term, IReadOnlyList<BotMessageRecord> messages, SemaphoreSlim places, CancellationToken lost, CancellationToken end)
    {
        await places.WaitAsync(CancellationToken.None);
        try
        {
            foreach (var message in messages.TakeWhile(_ => !lost.IsCancellationRequested))
            {
                await SendAsync(telegram, term, message, lost, end);
            }
        }
        finally
        {
            places.Release();
            Wake(); // there may be more to this person
        }
    }

    private async Task SendAsync(TelegramApi telegram, LeaderTerm term, BotMessageRecord message, CancellationToken lost, CancellationToken end)
    {
        var result = desk.ChatOf(message.To) is not { } chat ? SendResult.Gone
            : time.GetUtcNow() - message.At >= KeepFor ? SendResult.Refused
            : await telegram.PushAsync(chat, Render(message), signer, message.To, () => telegram.Pace.WaitAsync(message.To, lost), lost, end);
        if (result != SendResult.Unknown)
        {
            await WriteAsync(term, message, result, end);
        }
    }

    private Reply Render(BotMessageRecord message)
    {
        var words = desk.Seals.Open(message.Words, BotJson.Default.OutboxWords);
        var texts = desk.TextsOf(message.To);
        return new(
            texts.Say(words.Text, words.Values),
            [.. words.Rows.Select(row => (IReadOnlyList<Button>)[.. row.Select(b => Button.To(texts.Label(b.Label), b.Dialogue, b.Argument, TimeSpan.FromDays(14)))])]);
    }

    private async Task WriteAsync(LeaderTerm term, BotMessageRecord message, SendResult result, CancellationToken end)
    {
        while (desk.State.Outbox.Find(message.Id) is not null)
        {
            var changes = new BotChanges();
            changes.Delete(desk.State.Outbox, message.Id);
            if (result == SendResult.Gone && desk.State.People.Find(message.To) is { Unreachable: false } person)
            {
                changes.Put(desk.State.People, message.To, person with { Unreachable = true });
            }

            try
            {
                await new BotStore(desk.Store, term, changes).CommitAsync(end);
                return;
            }
            catch (ChangedMeanwhileException)
            {
                // They have just written, or are forgotten.
            }
            catch (StateUnavailableException e)
            {
                log.StateAway(e); // it must not be sent again: it is there until it can be taken away
                await Task.Delay(StateAwayFor, time, end);
            }
        }
    }

    private async Task WaitAsync(CancellationToken lost)
    {
        using var look = CancellationTokenSource.CreateLinkedTokenSource(lost);
        await Task.WhenAny(_news.Reader.ReadAsync(look.Token).AsTask(), Task.Delay(LookEvery, time, look.Token));
        await look.CancelAsync();
    }
}
