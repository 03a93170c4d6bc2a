using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Cellway.Manager.Api;

namespace Cellway.Manager.Bot;

/// <summary>The bot's options as a file: a JSON object of <see cref="BotOptions"/>; what it does not name has its default.</summary>
public static partial class BotOptionsFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads it.</summary>
    /// <exception cref="AdminException">It cannot be read, others can read it too, or a value cannot be; the message names every one.</exception>
    public static BotOptions Read(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0)
            {
                throw AdminException.Invalid($"{path} holds the bot's token and others may read it: chmod 600 {path}.");
            }

            // Over the defaults, because the serializer would take what is not named for zero.
            var options = JsonSerializer.SerializeToNode(new BotOptions { Token = "" }, FileJson.Default.BotOptions)!.AsObject();
            foreach (var (name, value) in JsonNode.Parse(File.ReadAllBytes(path), documentOptions: Lenient) as JsonObject ?? throw new JsonException("it is not a JSON object"))
            {
                options[name] = value?.DeepClone();
            }

            var read = options.Deserialize(FileJson.Default.BotOptions)!;
            return read.Validate() is { Count: > 0 } wrong ? throw AdminException.Invalid($"{path}: {string.Join(" ", wrong)}") : read;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw AdminException.Invalid($"The bot's options in {path} cannot be read: {e.Message}");
        }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
    [JsonSerializable(typeof(BotOptions))]
    private sealed partial class FileJson : JsonSerializerContext;
}
