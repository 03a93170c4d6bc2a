using Cellway.Manager.Authority;
using Cellway.Manager.View;
using Cellway.Model.Nodes;
using Cellway.Model.State;

namespace Cellway.Manager.Nodes;

/// <summary>Takes a machine out for good: a node's key is refused everywhere; a worker of the operator's cluster goes with every pod on it.</summary>
/// <remarks>The cluster follows: the leader cordons and empties what the state says is removed.</remarks>
internal sealed class NodeRemoval(NetworkWriter writer, NetworkViewFeed feed, FreshReads fresh, TimeProvider time)
{
    /// <summary>The nodes that went, or null when there is neither such a node nor such a worker.</summary>
    /// <param name="name">A node's id, or what a worker's Kubernetes node is called.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    public async Task<IReadOnlyList<NodeRecord>?> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            await fresh.CatchUpAsync(cancellationToken);
            var node = await writer.FindAsync(writer.Keys.Node, name, cancellationToken);
            var place = node is null ? name : StateJson.Read<NodeRecord>(node).Pod?.Worker;
            var worker = await writer.FindAsync(writer.Keys.Worker, WorkerRecord.IdOf(place), cancellationToken);
            if ((node ?? worker) is null)
            {
                return null;
            }

            var transaction = new StateTransaction();
            if (worker is not null && StateJson.Read<WorkerRecord>(worker) is { RemovedAt: null } record)
            {
                transaction.Replace(worker, StateJson.Write(record with { RemovedAt = time.GetUtcNow() }));
            }

            var gone = new List<NodeRecord>();
            foreach (var entry in worker is null ? [node!] : await EntriesOnAsync(place!, cancellationToken))
            {
                gone.Add(StateJson.Read<NodeRecord>(entry) is { State: NodeState.Revoked } revoked
                    ? revoked
                    : await NodeRevocation.AddAsync(transaction, writer.Store, writer.Keys, entry, time.GetUtcNow(), cancellationToken));
            }

            if (transaction.Writes.Count == 0 || await writer.TryCommitAsync(transaction, cancellationToken))
            {
                return gone;
            }
        }
    }

    private async Task<List<StateEntry>> EntriesOnAsync(string worker, CancellationToken cancellationToken)
    {
        var entries = new List<StateEntry>();
        foreach (var node in feed.Current.Nodes.Values.Where(n => n.Pod?.Worker == worker && n.State != NodeState.Revoked))
        {
            if (await writer.Store.GetAsync(writer.Keys.Node(node.Id), cancellationToken) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return entries;
    }
}
