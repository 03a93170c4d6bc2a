using System.Threading.Channels;
using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Transport;
using Cellway.Manager.Leadership;
using Cellway.Model.Bot;

namespace Cellway.Manager.Bot.Sending;

/// <summary>Sends what waits in the state: a message goes out of it once Telegram has taken it.</summary>
/// <remarks>
/// Telegram cannot be asked whether it has taken a message: whoever dies, or loses the lead, after it was taken and before that is
/// written has sent it, and the next leader sends it again. That is the only way in which anything is sent twice, and nothing is lost.
/// </remarks>
internal sealed class Outbox(BotDesk desk, CallbackSigner signer, TimeProvider time)
{
    private const int AtOnce = 16;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(7);

    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>There may be something to send.</summary>
    public void Wake() => _news.Writer.TryWrite(true);

    public async Task RunAsync(TelegramApi telegram, LeaderTerm term, CancellationToken lost, CancellationToken end)
    {
        while (!lost.IsCancellationRequested)
        {
            var now = time.GetUtcNow();
            var due = desk.State.Outbox.All.Select(m => m.Value).Where(m => m.NotBefore is null || m.NotBefore <= now)
                .OrderBy(m => m.Id, StringComparer.Ordinal).GroupBy(m => m.To, StringComparer.Ordinal).ToList();
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = CancellationToken.None }, async (messages, _) =>
            {
                foreach (var message in messages.TakeWhile(_ => !lost.IsCancellationRequested))
                {
                    await SendAsync(telegram, term, message, now, lost, end);
                }
            });
            await WaitAsync(lost);
        }
    }

    private async Task SendAsync(TelegramApi telegram, LeaderTerm term, BotMessageRecord message, DateTimeOffset now, CancellationToken lost, CancellationToken end)
    {
        var result = SendResult.Gone;
        if (desk.ChatOf(message.To) is { } chat && now - message.At < KeepFor)
        {
            try
            {
                await telegram.Pace.WaitAsync(message.To, lost);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            result = await telegram.SendAsync(chat, Render(message), signer, message.To, end);
        }

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
        }
    }

    private async Task WaitAsync(CancellationToken lost)
    {
        using var look = CancellationTokenSource.CreateLinkedTokenSource(lost);
        await Task.WhenAny(_news.Reader.ReadAsync(look.Token).AsTask(), Task.Delay(LookEvery, time, look.Token));
        await look.CancelAsync();
    }
}
