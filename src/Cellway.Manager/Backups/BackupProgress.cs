namespace Cellway.Manager.Backups;

/// <summary>How far something long has come.</summary>
/// <param name="Step">What is being done, in a word: writing, checking, restoring, comparing.</param>
/// <param name="Done">Records.</param>
/// <param name="Total">Of about how many.</param>
public readonly record struct BackupProgress(string Step, long Done, long Total);
