using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Dialing;
using Cellway.Node.Hosting;

namespace Cellway.CoreNode;

/// <summary>How a Core runs.</summary>
public sealed record CoreOptions
{
    /// <summary>What every node has.</summary>
    public required NodeOptions Node { get; init; }

    /// <summary>Where sessions may go.</summary>
    public ExitPolicyOptions ExitPolicy { get; init; } = new();

    /// <summary>What strangers see.</summary>
    public CoverOptions Cover { get; init; } = new();

    /// <summary>How long sessions may go on once the Core drains. Default 30 seconds.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(30);
}
