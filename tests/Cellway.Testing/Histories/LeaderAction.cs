namespace Cellway.Testing.Histories;

/// <summary>A replica said in its log that it leads, or what it did as the leader.</summary>
/// <param name="Replica">The run of the replica.</param>
/// <param name="Term">In which of its terms.</param>
/// <param name="Subject">What it changed, as a <see cref="StoredFact"/> names it; <see langword="null"/> when it only began to lead.</param>
/// <param name="Value">To what.</param>
public sealed record LeaderAction(string Replica, long Term, string? Subject = null, string? Value = null);
