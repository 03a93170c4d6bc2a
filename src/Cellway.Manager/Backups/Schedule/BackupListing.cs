using Cellway.Manager.Api;
using Cellway.Model.Backups;

namespace Cellway.Manager.Backups.Schedule;

/// <summary>The scheduled backups as operators see them.</summary>
internal sealed class BackupListing(BackupPlanner planner, ScheduledBackup backup, BackupOptions options, TimeProvider time)
{
    // A backup takes a minute, and the leader may just have changed.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    public async Task<BackupList> ReadAsync(CancellationToken cancellationToken)
    {
        var records = await planner.RecordsAsync(cancellationToken);
        var there = backup.Destinations().SelectMany(d => d.List().Select(name => (name, d.Name))).ToLookup(p => p.name, p => p.Name, StringComparer.Ordinal);
        var good = records.LastOrDefault(r => r.Error is null);
        var late = options.IsOn && time.GetUtcNow() - (good?.At ?? DateTimeOffset.MinValue) > options.Every + Grace && records.Count > 0;
        return new(
            options.IsOn,
            late,
            records.Count > 0 ? records[^1].Error : null,
            good?.At + options.Every,
            [.. records.Select(r => Show(r, [.. there[r.Name]])).Where(b => b.Where.Count > 0 || b.Error is not null || b.Elsewhere).Reverse()]);
    }

    // Another replica's directory cannot be looked into from here.
    private static BackupInfo Show(BackupRecord record, IReadOnlyList<string> here) =>
        new(record.Name, record.At, record.Revision, record.Length, here.Count > 0 ? here : record.Destinations, here.Count == 0 && record.Destinations.Count > 0, record.Error);
}
