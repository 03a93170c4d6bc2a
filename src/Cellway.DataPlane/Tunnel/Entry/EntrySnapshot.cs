using System.Collections.Frozen;
using System.Net.Security;
using Cellway.DataPlane.Tunnel.Hosting;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>An <see cref="EntryFace"/> made ready for the request path. Immutable.</summary>
internal sealed class EntrySnapshot
{
    private readonly SslServerAuthenticationOptions _default;
    private readonly FrozenDictionary<string, SslServerAuthenticationOptions> _byName;
    private readonly FrozenDictionary<string, EntryCell> _byPath;
    private readonly FrozenSet<string> _subscriptions;

    /// <exception cref="ArgumentException">There is no cell, or one whose certificate has no private key.</exception>
    public EntrySnapshot(EntryFace face)
    {
        ArgumentNullException.ThrowIfNull(face);
        if (face.Cells.Count == 0)
        {
            throw new ArgumentException("An Entry without a cell has no certificate to show.", nameof(face));
        }

        var faces = face.Cells.Select(c => (c.EntryDomain, Tls: WebCertificate.Face(c.WebCertificate))).ToList();
        _default = faces[0].Tls;
        _byName = faces.DistinctBy(f => f.EntryDomain, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(f => f.EntryDomain, f => f.Tls, StringComparer.OrdinalIgnoreCase);
        _subscriptions = face.Cells.Select(c => c.SubscriptionPath).OfType<string>().ToFrozenSet(StringComparer.Ordinal);
        Cells = face.Cells;
        _byPath = face.Cells
            .SelectMany(c => c.ServiceNames.SelectMany(n => new[] { $"/{n.Name}/Tun", $"/{n.Name}/TunMulti", $"/{n.Name}" }.Select(path => KeyValuePair.Create(path, c))))
            .DistinctBy(p => p.Key, StringComparer.Ordinal)
            .ToFrozenDictionary(StringComparer.Ordinal);
        Paths = new(face.Cells.SelectMany(c => c.ServiceNames));
        CoreNames = new(face.CoreNames);
    }

    public IReadOnlyList<EntryCell> Cells { get; }

    public CoreNames CoreNames { get; }

    public TunnelPaths Paths { get; }

    /// <summary>The TLS face for a name; an unknown one, or none, gets the first cell's, as with any web server.</summary>
    public SslServerAuthenticationOptions FaceFor(string? serverName) =>
        serverName is not null && _byName.TryGetValue(serverName, out var face) ? face : _default;

    /// <summary>The cell whose service name makes a tunnel's path, without its query.</summary>
    public EntryCell? CellOf(string path) => _byPath.GetValueOrDefault(path);

    public bool IsSubscriptionPath(string segment) => _subscriptions.Contains(segment);
}
