using System.Text.Json.Nodes;

namespace Cellway.Testing.Telegram;

/// <summary>Telegram's objects, with the fields that clients rely on (core.telegram.org/bots/api#available-types).</summary>
internal static class TelegramObjects
{
    private const int Date = 1_700_000_000;

    public static JsonObject Bot() => new() { ["id"] = 4242, ["is_bot"] = true, ["first_name"] = "Bot", ["username"] = FakeTelegram.Name };

    /// <summary>The update of a person who has written; without a text it is a sticker.</summary>
    public static JsonObject Written(long person, int id, string? text, string language) => new()
    {
        ["message"] = new JsonObject
        {
            ["message_id"] = id,
            ["date"] = Date,
            ["from"] = UserOf(person, language),
            ["chat"] = ChatOf(person),
            [text is null ? "sticker" : "text"] = text is null ? Sticker() : text,
        },
    };

    /// <summary>The update of a person who has pressed a button.</summary>
    public static JsonObject Pressed(long person, string query, FakeMessage message, string data, string language) => new()
    {
        ["callback_query"] = new JsonObject
        {
            ["id"] = query,
            ["from"] = UserOf(person, language),
            ["chat_instance"] = "1",
            ["data"] = data,
            ["message"] = new JsonObject
            {
                ["message_id"] = message.Id,
                ["date"] = Date,
                ["from"] = Bot(),
                ["chat"] = ChatOf(person),
                [message.Photo is null ? "text" : "caption"] = message.Plain,
                ["reply_markup"] = new JsonObject { ["inline_keyboard"] = new JsonArray([.. message.Buttons.Select(r => new JsonArray([.. r.Select(ButtonOf)]))]) },
            },
        },
    };

    /// <summary>A message of the bot's, as it is answered to it.</summary>
    public static JsonObject Shown(FakeMessage message) => new()
    {
        ["message_id"] = message.Id, ["date"] = Date, ["chat"] = ChatOf(message.Chat), ["from"] = Bot(), ["text"] = message.Plain,
    };

    private static JsonObject UserOf(long id, string language) => new() { ["id"] = id, ["is_bot"] = false, ["first_name"] = "Somebody", ["language_code"] = language };

    private static JsonObject ChatOf(long id) => new() { ["id"] = id, ["type"] = "private", ["first_name"] = "Somebody" };

    private static JsonObject Sticker() => new()
    {
        ["file_id"] = "f", ["file_unique_id"] = "u", ["type"] = "regular", ["width"] = 1, ["height"] = 1, ["is_animated"] = false, ["is_video"] = false,
    };

    private static JsonObject ButtonOf(FakeButton button)
    {
        var shown = new JsonObject { ["text"] = button.Label };
        if (button.Data is not null)
        {
            shown["callback_data"] = button.Data;
        }
        else if (button.Url is not null)
        {
            shown["url"] = button.Url;
        }
        else
        {
            shown["copy_text"] = new JsonObject { ["text"] = button.Copy };
        }

        return shown;
    }
}
