using System.Collections.Frozen;
using Cellway.Model.Cells;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>What to ask Cores for: each cell's names, past, present and planned. Immutable.</summary>
/// <remarks>
/// The choice is made when a tunnel is opened, by this Entry's clock, and never kept with a route: a route may be hours old when
/// management is away, and Cores go on to the next name all the same.
/// </remarks>
internal sealed class CoreNames(IReadOnlyDictionary<string, IReadOnlyList<ServiceName>> byCell)
{
    private readonly FrozenDictionary<string, IReadOnlyList<ServiceName>> _byCell = byCell.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The name that Cores of the cell are asked for now; <see langword="null"/> when this Entry knows none.</summary>
    public string? Find(string cell, DateTimeOffset now) => _byCell.TryGetValue(cell, out var names) ? ServiceName.Newest(names, now)?.Name : null;
}
