using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cellway.Cli.Client.Links;

/// <summary>The ways in of a configuration of Xray (wire.md 6.2; several in an array) or of sing-box (6.3).</summary>
internal static class JsonConfiguration
{
    /// <returns><see langword="null"/> when it is no JSON.</returns>
    public static IEnumerable<ShareLinkFields>? TryRead(string text)
    {
        if (text.Length == 0 || text[0] is not ('{' or '['))
        {
            return null;
        }

        try
        {
            IEnumerable<JsonNode?> configurations = JsonNode.Parse(text) is JsonArray array ? array : [JsonNode.Parse(text)];
            return [.. configurations.OfType<JsonObject>().SelectMany(c => Objects(c["outbounds"]).Select(o => Read(c, o))).OfType<ShareLinkFields>()];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException) // not JSON; a value of another type; a key twice
        {
            return null;
        }
    }

    private static ShareLinkFields? Read(JsonObject configuration, JsonObject outbound) =>
        Text(outbound["protocol"]) == "vless" ? ReadXray(configuration, outbound)
        : Text(outbound["type"]) == "vless" ? ReadSingBox(outbound)
        : null;

    private static ShareLinkFields ReadXray(JsonObject configuration, JsonObject outbound)
    {
        var server = Objects(outbound["settings"]?["vnext"]).FirstOrDefault();
        var user = Objects(server?["users"]).FirstOrDefault();
        var stream = outbound["streamSettings"];
        return ShareLinkFields.Of(
            Text(user?["id"]), Text(server?["address"]), Text(server?["port"]), $"{Text(configuration["remarks"])} {Text(outbound["tag"])}",
            ("encryption", Text(user?["encryption"])),
            ("flow", Text(user?["flow"])),
            ("security", Text(stream?["security"])),
            ("sni", Text(stream?["tlsSettings"]?["serverName"])),
            ("type", Text(stream?["network"])),
            ("serviceName", Text(stream?["grpcSettings"]?["serviceName"])));
    }

    private static ShareLinkFields ReadSingBox(JsonObject outbound) => ShareLinkFields.Of(
        Text(outbound["uuid"]), Text(outbound["server"]), Text(outbound["server_port"]), Text(outbound["tag"]),
        ("flow", Text(outbound["flow"])),
        ("security", outbound["tls"]?["enabled"]?.GetValueKind() == JsonValueKind.True ? "tls" : "none"),
        ("sni", Text(outbound["tls"]?["server_name"])),
        ("type", Text(outbound["transport"]?["type"])),
        ("serviceName", Text(outbound["transport"]?["service_name"])));

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => (node as JsonArray ?? []).OfType<JsonObject>();

    private static string? Text(JsonNode? node) => node?.GetValueKind() is JsonValueKind.String or JsonValueKind.Number ? node.ToString() : null;
}
