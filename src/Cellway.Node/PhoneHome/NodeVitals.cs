namespace Cellway.Node.PhoneHome;

/// <summary>A node's numbers.</summary>
/// <param name="Sessions">Open now.</param>
/// <param name="BytesUp">From clients, since start.</param>
/// <param name="BytesDown">To clients, since start.</param>
/// <param name="Load">One-minute load average divided by the number of processors.</param>
public readonly record struct NodeVitals(uint Sessions, ulong BytesUp, ulong BytesDown, double Load);
