namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>Everything an Entry shows to clients, replaced as a whole.</summary>
/// <param name="Cells">The cells it serves. A client that asks for an unknown name sees the first one's certificate, as with any web server.</param>
public sealed record EntryFace(IReadOnlyList<EntryCell> Cells);
