using Cellway.Model.Cells;

namespace Cellway.DataPlane.Tunnel.Hosting;

/// <summary>Which request paths are tunnels now. Paths are compared as sent, byte for byte (wire.md 2.2).</summary>
internal sealed class TunnelPaths(IEnumerable<ServiceName> names)
{
    private readonly ILookup<string, ServiceName> _byPath = names
        .SelectMany(n => new[] { (Path: $"/{n.Name}/Tun", Name: n), (Path: $"/{n.Name}/TunMulti", Name: n) })
        .ToLookup(p => p.Path, p => p.Name, StringComparer.Ordinal);

    public bool Contains(string path, DateTimeOffset now)
    {
        foreach (var name in _byPath[path])
        {
            if (name.IsAccepted(now))
            {
                return true;
            }
        }

        return false;
    }
}
