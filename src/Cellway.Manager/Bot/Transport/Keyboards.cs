using Cellway.Manager.Bot.Talking;
using Telegram.Bot.Types.ReplyMarkups;

namespace Cellway.Manager.Bot.Transport;

/// <summary>Buttons as Telegram takes them.</summary>
internal static class Keyboards
{
    private const int MaxCopied = 256; // of Telegram's

    public static InlineKeyboardMarkup? Of(Reply reply, CallbackSigner signer, string person)
    {
        var rows = reply.Rows.Select(row => row.Where(b => b.Copy is not { Length: > MaxCopied }).Select(b => Of(b, signer, person)).ToList()).Where(r => r.Count > 0).ToList();
        return rows.Count == 0 ? null : new(rows);
    }

    private static InlineKeyboardButton Of(Button button, CallbackSigner signer, string person) =>
        button.Url is { } url ? InlineKeyboardButton.WithUrl(button.Label, url)
        : button.Copy is { } text ? InlineKeyboardButton.WithCopyText(button.Label, text)
        : InlineKeyboardButton.WithCallbackData(button.Label, signer.Sign(person, button));
}
