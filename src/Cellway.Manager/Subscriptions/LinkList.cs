using System.Globalization;
using System.Text;

namespace Cellway.Manager.Subscriptions;

/// <summary>The form every app reads: share links, one a line, the whole in base 64 (wire.md 5.4 and 6.1).</summary>
internal static class LinkList
{
    public const string ContentType = "text/plain; charset=utf-8";

    /// <summary>Standard alphabet, padded, one line: what the strictest importer accepts.</summary>
    public static byte[] Render(DeviceAccess access) =>
        Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Join('\n', access.Ways.Select(w => Link(access, w))))));

    private static string Link(DeviceAccess access, WayIn way)
    {
        (string Key, string Value)[] parameters =
        [
            ("encryption", "none"), // the share-link proposal demands it
            ("security", "tls"),
            ("sni", way.ServerName),
            ("fp", "chrome"),
            ("alpn", "h2"),
            ("type", "grpc"),
            ("serviceName", way.ServiceName),
            ("mode", "gun"),
        ];
        var host = way.Host.Contains(':', StringComparison.Ordinal) ? $"[{way.Host}]" : way.Host;
        var query = string.Join('&', parameters.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"vless://{access.Credential.Reveal()}@{host}:{way.Port}?{query}#{Uri.EscapeDataString($"{access.Title} {way.Name}")}");
    }
}
