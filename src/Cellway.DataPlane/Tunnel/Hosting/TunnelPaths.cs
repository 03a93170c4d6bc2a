using Cellway.Model.Cells;

namespace Cellway.DataPlane.Tunnel.Hosting;

/// <summary>Which request paths are tunnels now. Paths are compared as sent, byte for byte (wire.md 2.2).</summary>
internal sealed class TunnelPaths(IEnumerable<ServiceName> names)
{
    private readonly ILookup<string, ServiceName> _byPath = names
        .SelectMany(n => new[] { (Path: $"/{n.Name}/Tun", Name: n), (Path: $"/{n.Name}/TunMulti", Name: n) })
        .ToLookup(p => p.Path, p => p.Name, StringComparer.Ordinal);

    private readonly ILookup<string, ServiceName> _webSockets = names.ToLookup(n => $"/{n.Name}", StringComparer.Ordinal);

    private readonly ILookup<string, ServiceName> _echoes = names.ToLookup(n => $"/{n.Name}/Echo", StringComparer.Ordinal);

    public bool Contains(string path, DateTimeOffset now) => IsAccepted(_byPath[path], now);

    /// <summary>Whether a path is the one on which a Core gives Entries back what they send.</summary>
    public bool ContainsEcho(string path, DateTimeOffset now) => IsAccepted(_echoes[path], now);

    /// <summary>Whether a path, without its query, is a WebSocket's.</summary>
    public bool ContainsWebSocket(string path, DateTimeOffset now) => IsAccepted(_webSockets[path], now);

    private static bool IsAccepted(IEnumerable<ServiceName> names, DateTimeOffset now)
    {
        foreach (var name in names)
        {
            if (name.IsAccepted(now))
            {
                return true;
            }
        }

        return false;
    }
}
