using System.Text.Json;
using Cellway.Pki.Requesting;

namespace Cellway.Node.Hosting;

/// <summary>Tells whoever started this program where it serves: a JSON object of names and endpoints, there whole or not at all.</summary>
public static class ReadyFile
{
    /// <summary>Writes it; nothing happens without a path.</summary>
    /// <exception cref="NodeStartException">The file cannot be written.</exception>
    public static void Write(string? path, IReadOnlyDictionary<string, string> endpoints)
    {
        if (path is null)
        {
            return;
        }

        try
        {
            PrivateFiles.Write(path, JsonSerializer.SerializeToUtf8Bytes(endpoints, NodeJson.Default.IReadOnlyDictionaryStringString));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NodeStartException($"The ready file {path} cannot be written: {e.Message}", e);
        }
    }
}
