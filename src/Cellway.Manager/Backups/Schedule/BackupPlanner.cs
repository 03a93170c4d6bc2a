using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using Cellway.Model.Backups;
using Cellway.Model.State;

namespace Cellway.Manager.Backups.Schedule;

/// <summary>Makes backups: often enough, and soon after what must not be lost has changed.</summary>
internal sealed class BackupPlanner(IStateStore store, StateKeys keys, NetworkViewFeed feed, BackupOptions options, ScheduledBackup backup, TimeProvider time, BackupLog log) : IPlanner
{
    internal static readonly TimeSpan Look = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMinutes(5);
    private const int RecordsKept = 200;

    public string Name => "backups";

    public async Task RunAsync(LeaderTerm term, CancellationToken lost)
    {
        var saved = feed.Current; // of what was before this replica led, the clock takes care
        DateTimeOffset? changedAt = null;
        var seen = saved;
        while (options.IsOn)
        {
            var now = time.GetUtcNow();
            if (!IsSame(seen, feed.Current))
            {
                (seen, changedAt) = (feed.Current, now);
            }

            var records = await RecordsAsync(lost);
            if (IsDue(records, changedAt, now))
            {
                saved = seen;
                await MakeAsync(records, term, lost);
                seen = feed.Current; // one look: what comes after it is seen by the next
                changedAt = IsSame(saved, seen) ? null : time.GetUtcNow();
            }

            await Task.Delay(Look, time, lost);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, time, lost);
    }

    /// <summary>Every backup that is remembered, the oldest first.</summary>
    public async Task<IReadOnlyList<BackupRecord>> RecordsAsync(CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(keys.Prefix + StateKeys.Folders.Backups, cancellationToken)).Entries.Select(StateJson.Read<BackupRecord>)];

    internal bool IsDue(IReadOnlyList<BackupRecord> records, DateTimeOffset? changedAt, DateTimeOffset now)
    {
        var last = records.Count == 0 ? null : records[^1];
        if (last?.Error is not null && now - last.At < TryAgainAfter)
        {
            return false;
        }

        return last is null || last.Error is not null || now - last.At >= options.Every || (changedAt is { } changed && now - changed >= options.Settle && now - last.At >= options.Settle);
    }

    // What is rare and dear. A new device is neither: its owner can be given another.
    private static bool IsSame(NetworkView left, NetworkView right) =>
        left.Authorities == right.Authorities && left.Cells == right.Cells && left.Nodes == right.Nodes && left.Participants == right.Participants
        && left.RevokedKeys == right.RevokedKeys && left.Network == right.Network;

    private async Task MakeAsync(IReadOnlyList<BackupRecord> records, LeaderTerm term, CancellationToken lost)
    {
        var made = await backup.MakeAsync(records, lost);
        if (made.Error is { } error)
        {
            log.ScheduledFailed(made.Name, error);
        }
        else
        {
            log.ScheduledMade(made.Name, made.Length, made.Destinations.Count);
        }

        var transaction = new StateTransaction().Put(keys.Backup(made.Name), StateJson.Write(made));
        foreach (var old in records.Take(Math.Max(0, records.Count + 1 - Math.Max(RecordsKept, options.Keep * 2))).Take(100))
        {
            transaction.Delete(keys.Backup(old.Name));
        }

        await term.CommitAsync(transaction, lost);
    }
}
