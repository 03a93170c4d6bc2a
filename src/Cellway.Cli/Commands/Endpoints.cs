using System.Net;

namespace Cellway.Cli.Commands;

/// <summary>Reads addresses to listen on.</summary>
internal static class Endpoints
{
    public static IPEndPoint Read(string text, string option) =>
        IPEndPoint.TryParse(text, out var endpoint) && text.Contains(':', StringComparison.Ordinal)
            ? endpoint
            : throw new CliException($"{option}: “{text}” is not an address to listen on: write it like 127.0.0.1:8443 or [::]:8443.");
}
