using Cellway.Model.Health;

namespace Cellway.DataPlane.Tunnel.Entry.Reach;

/// <summary>How the clients of one cell come in here.</summary>
/// <param name="CellId">The cell.</param>
/// <param name="EntryDomain">What those clients ask for.</param>
/// <param name="Arrivals">The verdict.</param>
/// <param name="Age">How long it has held.</param>
public readonly record struct ArrivalsFinding(string CellId, string EntryDomain, Arrivals Arrivals, TimeSpan Age);
