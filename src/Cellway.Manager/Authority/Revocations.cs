using Cellway.Manager.Audit;
using Cellway.Manager.View;
using Cellway.Model.Nodes;
using Cellway.Model.State;

namespace Cellway.Manager.Authority;

/// <summary>Takes away what nodes and tokens may do. Whoever asks again after a failure goes on where it stopped.</summary>
internal sealed class Revocations(NetworkWriter writer, NetworkViewFeed feed, Acts acts, TimeProvider time)
{
    /// <summary>Refuses a node's key everywhere, for good.</summary>
    /// <returns>The node as it is then, or <see langword="null"/> when there is none.</returns>
    public async Task<NodeRecord?> RevokeNodeAsync(string id, CancellationToken cancellationToken)
    {
        while (await writer.FindAsync(writer.Keys.Node, id, cancellationToken) is { } entry)
        {
            var node = StateJson.Read<NodeRecord>(entry);
            if (node.State == NodeState.Revoked)
            {
                return node;
            }

            var transaction = new StateTransaction();
            var revoked = await NodeRevocation.AddAsync(transaction, writer.Store, writer.Keys, entry, time.GetUtcNow(), cancellationToken);
            if (await writer.TryCommitAsync(transaction, cancellationToken))
            {
                return revoked;
            }
        }

        return null;
    }

    /// <summary>Revokes all that somebody brings or could bring: first the tokens and workers, so that afterwards the view shows every node there is.</summary>
    /// <returns>How many nodes.</returns>
    public async Task<int> RevokeAllAsync(
        Func<JoinTokenRecord, bool> tokens, Func<WorkerRecord, bool> workers, Func<NodeRecord, bool> nodes, CancellationToken cancellationToken)
    {
        foreach (var worker in feed.Current.Workers.Values.Where(w => w.RemovedAt is null && workers(w)).ToList())
        {
            // The cluster follows: the leader cordons and empties what the state says is removed.
            using var act = acts.Within("worker remove", StateKeys.Folders.Workers + worker.Id);
            await writer.ChangeAsync<WorkerRecord>(writer.Keys.Worker, worker.Id, w => w.RemovedAt is null ? w with { RemovedAt = time.GetUtcNow() } : null, cancellationToken);
        }

        foreach (var token in feed.Current.JoinTokens.Values.Where(t => t.Spent is null && t.RevokedAt is null && tokens(t)).ToList())
        {
            using var act = acts.Within("token revoke", StateKeys.Folders.JoinTokens + token.Id);
            await writer.ChangeAsync<JoinTokenRecord>(
                writer.Keys.JoinToken, token.Id, t => t.Spent is null && t.RevokedAt is null ? t with { RevokedAt = time.GetUtcNow() } : null, cancellationToken);
        }

        // A token that was spent meanwhile is older than the state is now, and so is its node.
        var view = await feed.WaitForAsync((await writer.Store.ListAsync(writer.Keys.Network, cancellationToken)).Revision, cancellationToken);
        var revoked = view.Nodes.Values.Where(n => n.State != NodeState.Revoked && nodes(n)).ToList();
        foreach (var node in revoked)
        {
            using var act = acts.Within("node revoke", StateKeys.Folders.Nodes + node.Id);
            await RevokeNodeAsync(node.Id, cancellationToken);
        }

        return revoked.Count;
    }
}
