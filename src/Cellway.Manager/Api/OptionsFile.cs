using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Cellway.Manager.Api;

/// <summary>Options in a file of their own: a JSON object, comments allowed; what it does not name has its default.</summary>
internal static class OptionsFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads it.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="what">What it holds, as a message names it.</param>
    /// <param name="defaults">For what is not named.</param>
    /// <param name="type">How they are written.</param>
    /// <param name="validate">What is wrong with them, each in words.</param>
    /// <exception cref="AdminException">It cannot be read, names what there is not, or a value that cannot be; the message says which.</exception>
    public static T Read<T>(string path, string what, T defaults, JsonTypeInfo<T> type, Func<T, IReadOnlyList<string>> validate)
    {
        try
        {
            // Over the defaults, because the serializer would take what is not named for zero.
            var values = JsonSerializer.SerializeToNode(defaults, type)!.AsObject();
            foreach (var (name, value) in JsonNode.Parse(File.ReadAllBytes(path), documentOptions: Lenient) as JsonObject ?? throw new JsonException("it is not a JSON object"))
            {
                values[name] = value?.DeepClone();
            }

            var read = values.Deserialize(type)!;
            return validate(read) is { Count: > 0 } wrong ? throw AdminException.Invalid($"{path}: {string.Join(" ", wrong)}") : read;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw AdminException.Invalid($"{what} in {path} cannot be read: {e.Message}");
        }
    }
}
