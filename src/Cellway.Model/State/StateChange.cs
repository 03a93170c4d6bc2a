namespace Cellway.Model.State;

/// <summary>What one revision did to one key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Entry">The new entry, or <see langword="null"/> when the key was deleted.</param>
public sealed record StateChange(string Key, StateEntry? Entry);

/// <summary>Everything one revision changed under the watched prefix.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Changes">At least one, in ordinal key order.</param>
public sealed record StateChangeBatch(long Revision, IReadOnlyList<StateChange> Changes);
