namespace Cellway.Testing.Histories;

/// <summary>What one watch saw.</summary>
/// <param name="Name">Whose it was.</param>
/// <param name="From">The revision from which it was to see everything.</param>
/// <param name="Until">The revision up to which it has had the time to.</param>
/// <param name="Changes">What it saw, in its order.</param>
public sealed record WatchLog(string Name, long From, long Until, IReadOnlyList<StoredChange> Changes);
