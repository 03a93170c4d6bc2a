using Cellway.Model.Health;

namespace Cellway.DataPlane.Tunnel.Entry.Reach;

/// <summary>What a try of a Core has shown.</summary>
/// <param name="Reach">How it was found; <see langword="null"/> when that could not be told without one handshake more than is allowed.</param>
/// <param name="Milliseconds">How long it took; 0 when it failed.</param>
/// <param name="Error">What was wrong, without addresses; <see langword="null"/> when all was well.</param>
internal readonly record struct TryResult(CoreReach? Reach, int Milliseconds, string? Error)
{
    /// <summary>It could not be told.</summary>
    public static TryResult Undecided { get; } = new(null, 0, null);
}
