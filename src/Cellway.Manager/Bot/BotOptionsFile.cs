using System.Text.Json.Serialization;
using Cellway.Manager.Api;

namespace Cellway.Manager.Bot;

/// <summary>The bot's options as a file: a JSON object of <see cref="BotOptions"/>; what it does not name has its default.</summary>
public static partial class BotOptionsFile
{
    /// <summary>Reads it.</summary>
    /// <exception cref="AdminException">It cannot be read, others can read it too, or a value cannot be; the message names every one.</exception>
    public static BotOptions Read(string path)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0)
        {
            throw AdminException.Invalid($"{path} holds the bot's token and others may read it: chmod 600 {path}.");
        }

        return OptionsFile.Read(path, "The bot's options", new BotOptions { Token = "" }, FileJson.Default.BotOptions, options => options.Validate());
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
    [JsonSerializable(typeof(BotOptions))]
    private sealed partial class FileJson : JsonSerializerContext;
}
