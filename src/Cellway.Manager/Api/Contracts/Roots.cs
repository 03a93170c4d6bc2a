namespace Cellway.Manager.Api;

/// <summary>A generation of the network's root.</summary>
/// <param name="Generation">1 for the first.</param>
/// <param name="State">What it does.</param>
/// <param name="KeyHash">SHA-256 of its public key, in hex.</param>
/// <param name="Ends">When its certificate ends.</param>
/// <param name="Nodes">How many nodes have their newest certificate of it.</param>
/// <param name="Certificate">DER.</param>
public sealed record RootInfo(int Generation, string State, string KeyHash, DateTimeOffset Ends, int Nodes, byte[] Certificate);
