namespace Cellway.Model.State;

/// <summary>Several keys at one moment.</summary>
/// <param name="Revision">The store's revision at that moment; of a store never written, 0 or, in etcd, 1.</param>
/// <param name="Entries">In ordinal key order.</param>
public sealed record StateSnapshot(long Revision, IReadOnlyList<StateEntry> Entries);
