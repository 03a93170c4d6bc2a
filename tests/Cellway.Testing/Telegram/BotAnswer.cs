using System.Text.Json.Nodes;

namespace Cellway.Testing.Telegram;

/// <summary>How the Bot API answers a call (core.telegram.org/bots/api#making-requests).</summary>
internal static class BotAnswer
{
    public static (int Status, JsonObject Answer) Accept(JsonNode result) => (200, new() { ["ok"] = true, ["result"] = result });

    public static (int Status, JsonObject Answer) Refuse(int status, string description) =>
        (status, new() { ["ok"] = false, ["error_code"] = status, ["description"] = description });
}
