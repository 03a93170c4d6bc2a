using Cellway.Manager.Access;
using Cellway.Manager.Api;
using Cellway.Manager.Audit;
using Cellway.Manager.Authority;
using Cellway.Manager.View;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Backups;

/// <summary>What a network that was restored has learned again since, and who has not come back.</summary>
internal sealed class RestoredNetwork(NetworkViewFeed feed, AuditReads audit)
{
    /// <exception cref="AdminException">The state was never restored.</exception>
    public async Task<BackupLosses> ReadAsync(CancellationToken cancellationToken)
    {
        var view = feed.Current;
        var restored = view.Restored ?? throw AdminException.NotFound("This network was not restored from a backup: nothing is lost.");
        return new(
            restored.Backup,
            restored.MadeAt,
            restored.RestoredAt,
            await audit.FindAsync(new(restored.RestoredAt, null, RestoredActs.All, null, AuditFilter.MaxLimit), cancellationToken),
            [
                .. view.Nodes.Values.Where(n => n.State != NodeState.Revoked && !view.Sessions.ContainsKey(n.Id)).OrderBy(n => n.Id, StringComparer.Ordinal)
                    .Select(n => new AwayNode(n.Id, RoleNames.Of(n.Role), n.Participant, n.Cell)),
            ]);
    }
}
