namespace Cellway.Model.State;

/// <summary>A piece of what a scan reads.</summary>
/// <param name="Revision">The store's revision at which all pieces of the scan are true.</param>
/// <param name="Total">How many keys the whole scan has.</param>
/// <param name="Entries">In ordinal key order, after those of the piece before.</param>
public sealed record StatePage(long Revision, long Total, IReadOnlyList<StateEntry> Entries);
