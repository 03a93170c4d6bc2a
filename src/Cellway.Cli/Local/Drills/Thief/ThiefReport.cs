namespace Cellway.Cli.Local.Drills.Thief;

/// <summary>What a thief has tried and got.</summary>
/// <param name="Drill">Which drill.</param>
/// <param name="Stolen">What was stolen.</param>
/// <param name="Held">Whether nothing was gained.</param>
/// <param name="Attempts">All that was tried.</param>
internal sealed record ThiefReport(string Drill, string Stolen, bool Held, IReadOnlyList<ThiefAttempt> Attempts);
