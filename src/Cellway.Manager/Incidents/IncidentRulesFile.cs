using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Cellway.Manager.Api;

namespace Cellway.Manager.Incidents;

/// <summary>The detector's rules as a file: a JSON object of <see cref="IncidentOptions"/>; what it does not name has its default.</summary>
public static partial class IncidentRulesFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads it. Give every replica the same: whichever leads judges by its own.</summary>
    /// <exception cref="AdminException">It cannot be read, names a rule that there is none of, or a value that cannot be.</exception>
    public static IncidentOptions Read(string path)
    {
        try
        {
            // Over the defaults, because the serializer would take what is not named for zero.
            var rules = JsonSerializer.SerializeToNode(new IncidentOptions(), RulesJson.Default.IncidentOptions)!.AsObject();
            foreach (var (name, value) in JsonNode.Parse(File.ReadAllBytes(path), documentOptions: Lenient) as JsonObject ?? throw new JsonException("it is not a JSON object"))
            {
                rules[name] = value?.DeepClone();
            }

            var options = rules.Deserialize(RulesJson.Default.IncidentOptions)!;
            return options.Validate() is { Count: > 0 } wrong ? throw AdminException.Invalid($"{path}: {string.Join(" ", wrong)}") : options;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw AdminException.Invalid($"The incident rules in {path} cannot be read: {e.Message}");
        }
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
    [JsonSerializable(typeof(IncidentOptions))]
    private sealed partial class RulesJson : JsonSerializerContext;
}
