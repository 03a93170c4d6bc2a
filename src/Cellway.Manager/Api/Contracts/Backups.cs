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

/// <summary>What a restored network has lost, as far as it can tell.</summary>
/// <param name="Backup">What it was restored from: SHA-256, in hex, of the backup's manifest.</param>
/// <param name="MadeAt">When that was made: nothing of what happened later is known, but for what follows.</param>
/// <param name="RestoredAt">When it was restored.</param>
/// <param name="Learned">What those who came back have brought, the newest first: nodes, certificates, revocations, and how far Cores have counted.</param>
/// <param name="Away">Nodes that the backup knows, or that came back, and that are not attached now.</param>
public sealed record BackupLosses(string Backup, DateTimeOffset MadeAt, DateTimeOffset RestoredAt, IReadOnlyList<AuditEntry> Learned, IReadOnlyList<AwayNode> Away);

/// <summary>A node that is not attached.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Role"><c>core</c> or <c>entry</c>.</param>
/// <param name="Participant">Whose.</param>
/// <param name="Cell">Its cell, if it has one.</param>
public sealed record AwayNode(string Id, string Role, string Participant, string? Cell);
