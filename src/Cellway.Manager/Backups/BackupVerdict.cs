namespace Cellway.Manager.Backups;

/// <summary>What a rehearsal of a backup has shown.</summary>
/// <param name="Backup">What it holds.</param>
/// <param name="Devices">How many devices the rebuilt network knows.</param>
/// <param name="Asked">For how many of them a route was asked.</param>
/// <param name="Answered">How many got one.</param>
/// <param name="Problems">What does not fit; empty when all does.</param>
public sealed record BackupVerdict(BackupSummary Backup, int Devices, int Asked, int Answered, IReadOnlyList<string> Problems);
