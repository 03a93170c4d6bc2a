using Cellway.DataPlane.Cover;
using Cellway.Node.Hosting;

namespace Cellway.EntryNode;

/// <summary>How an Entry runs.</summary>
public sealed record EntryOptions
{
    /// <summary>What every node has.</summary>
    public required NodeOptions Node { get; init; }

    /// <summary>What strangers see.</summary>
    public CoverOptions Cover { get; init; } = new();

    /// <summary>How long sessions may go on once the Entry drains. Default 30 seconds.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(30);
}
