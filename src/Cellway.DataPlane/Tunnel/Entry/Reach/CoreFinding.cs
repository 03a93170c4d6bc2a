using Cellway.Model.Health;

namespace Cellway.DataPlane.Tunnel.Entry.Reach;

/// <summary>What this Entry finds of one Core.</summary>
/// <param name="CoreId">The Core.</param>
/// <param name="ExitDomain">What is sent to it as SNI.</param>
/// <param name="Reach">The verdict.</param>
/// <param name="Age">How long it has held.</param>
/// <param name="Milliseconds">How long the Core took to answer when the verdict came to be; 0 when it did not.</param>
public readonly record struct CoreFinding(string CoreId, string ExitDomain, CoreReach Reach, TimeSpan Age, int Milliseconds);
