using System.Net;
using System.Text.Json;
using Cellway.Pki.Requesting;

namespace Cellway.Cli.Local;

/// <summary>What a local network must find again at its next start: nodes and clients remember its ports.</summary>
internal sealed record LocalSettings
{
    public required int NodePort { get; init; }

    public required int AdminPort { get; init; }

    public required int CorePort { get; init; }

    public required int EntryPort { get; init; }

    /// <summary>The subscription URL of the one device; a file of its owner's, like the client's own configuration.</summary>
    public string? SubscriptionUrl { get; init; }

    public static LocalSettings? TryLoad(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), CliJson.Default.LocalSettings) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CliException($"{file} cannot be read: {e.Message}", e);
        }
    }

    public static LocalSettings New(int entryPort) => new()
    {
        NodePort = FreePort(), AdminPort = FreePort(), CorePort = FreePort(), EntryPort = entryPort,
    };

    public void Save(string file) => PrivateFiles.Write(file, JsonSerializer.SerializeToUtf8Bytes(this, CliJson.Default.LocalSettings));

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
