using Cellway.Manager.Bot.Talking;
using Cellway.Manager.Bot.Transport;

namespace Cellway.Manager.Bot.Sending;

/// <summary>Brings answers to whoever has just written. They are not kept: a person whose answer is lost has what they asked for, and asks again.</summary>
internal sealed class Answers(BotDesk desk, CallbackSigner signer)
{
    /// <summary>Sends it, over the message whose button was pressed if that can be.</summary>
    public async Task SendAsync(TelegramApi telegram, Incoming incoming, Reply? reply, CancellationToken end)
    {
        var person = desk.Seals.HashOf(incoming.From);
        var acknowledged = incoming.Query is { } query ? telegram.AcknowledgeAsync(query, end) : Task.CompletedTask;
        if (reply is not null)
        {
            await ShowAsync(telegram, incoming, reply, person, end);
        }

        await acknowledged;
    }

    private async Task ShowAsync(TelegramApi telegram, Incoming incoming, Reply reply, string person, CancellationToken end)
    {
        if (incoming is { Message: { } message, CanEdit: true } && reply is { Photo: null, IsNew: false }
            && await telegram.EditAsync(incoming.From, message, reply, signer, person, end) is not SendResult.Refused)
        {
            return;
        }

        if (await telegram.AnswerAsync(incoming.From, reply, signer, person, end) == SendResult.Refused)
        {
            // Telegram takes no link to a server without a public name: what is written can be copied.
            await telegram.AnswerAsync(incoming.From, reply with { Rows = [.. reply.Rows.Select(r => (IReadOnlyList<Button>)[.. r.Where(b => b.Url is null)])] }, signer, person, end);
        }
    }
}
