namespace Cellway.Manager.Api;

/// <summary>The scheduled backups.</summary>
/// <param name="Scheduled">Whether there is a schedule.</param>
/// <param name="Late">Whether the newest good one is older than it should ever be.</param>
/// <param name="Error">What went wrong the last time; <see langword="null"/> when nothing did.</param>
/// <param name="NextAt">When the next one is made at the latest.</param>
/// <param name="Backups">The newest first.</param>
public sealed record BackupList(bool Scheduled, bool Late, string? Error, DateTimeOffset? NextAt, IReadOnlyList<BackupInfo> Backups);

/// <summary>A scheduled backup.</summary>
/// <param name="Name">Of its file.</param>
/// <param name="At">When it was begun.</param>
/// <param name="Revision">Of the state.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Where">Destinations.</param>
/// <param name="Elsewhere">Whether it is, or was, on another replica's disk: this one does not see it.</param>
/// <param name="Error">What went wrong.</param>
public sealed record BackupInfo(string Name, DateTimeOffset At, long Revision, long Length, IReadOnlyList<string> Where, bool Elsewhere, string? Error);
