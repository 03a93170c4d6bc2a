using Telegram.Bot.Types;
using Telegram.Bot.Types.Enums;

namespace Cellway.Manager.Bot.Transport;

/// <summary>What a person has done, as much of it as the bot looks at.</summary>
internal sealed record Incoming
{
    public required int Update { get; init; }

    /// <summary>Their Telegram id, which is that of the private chat with them too.</summary>
    public required long From { get; init; }

    /// <summary>What their app is set to.</summary>
    public string? Language { get; init; }

    /// <summary>What they have written; <see langword="null"/>: nothing that is text.</summary>
    public string? Text { get; init; }

    /// <summary>The button they have pressed.</summary>
    public string? Button { get; init; }

    /// <summary>By which that is acknowledged.</summary>
    public string? Query { get; init; }

    /// <summary>The message with the button.</summary>
    public int? Message { get; init; }

    /// <summary>Whether the message has that button: apps can send anything. So it is when Telegram shows no buttons, because the message is too old to be shown.</summary>
    public bool IsOnMessage { get; init; } = true;

    /// <summary>Whether its text can be changed: it has one.</summary>
    public bool CanEdit { get; init; }

    /// <returns><see langword="null"/> for what is none of the bot's business: groups, channels, other bots, and kinds of updates it did not ask for.</returns>
    public static Incoming? Of(Update update) => update switch
    {
        { Message: { From: { IsBot: false } from, Chat.Type: ChatType.Private } message } when from.Id > 0 && message.Chat.Id == from.Id => new()
        {
            Update = update.Id,
            From = from.Id,
            Language = from.LanguageCode,
            Text = message.Text,
        },
        { CallbackQuery: { From: { IsBot: false } from, Message: { Chat.Type: ChatType.Private } message } query } when from.Id > 0 && message.Chat.Id == from.Id => new()
        {
            Update = update.Id,
            From = from.Id,
            Language = from.LanguageCode,
            Button = query.Data ?? "",
            Query = query.Id,
            Message = message.Id,
            IsOnMessage = message.ReplyMarkup is not { } shown || shown.InlineKeyboard.Any(row => row.Any(b => b.CallbackData == query.Data)),
            CanEdit = message.Text is not null,
        },
        _ => null,
    };
}
