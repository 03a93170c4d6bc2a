using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.View;
using Cellway.Model.Nodes;
using Cellway.Model.State;

namespace Cellway.Manager.Nodes;

/// <summary>Takes a machine out for good: a node's key is refused everywhere; a worker of the operator's cluster goes with every pod on it.</summary>
internal sealed class NodeRemoval(NetworkWriter writer, FreshReads fresh, Revocations revocations)
{
    /// <summary>What went, or null when there is neither such a node nor such a worker.</summary>
    /// <param name="name">A node's id, or what a worker's Kubernetes node is called.</param>
    /// <param name="cancellationToken">Stops between the steps; asked again, it goes on.</param>
    public async Task<RemovedNode?> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        await fresh.CatchUpAsync(cancellationToken);
        var node = await writer.FindAsync(writer.Keys.Node, name, cancellationToken);
        var place = node is null ? name : StateJson.Read<NodeRecord>(node).Pod?.Worker;
        if (WorkerRecord.IdOf(place) is { } id && await writer.FindAsync(writer.Keys.Worker, id, cancellationToken) is not null)
        {
            return new(place!, await revocations.RevokeAllAsync(_ => false, w => w.Id == id, n => n.Pod?.Worker == place, cancellationToken));
        }

        return node is null ? null : new(name, await revocations.RevokeAllAsync(_ => false, _ => false, n => n.Id == name, cancellationToken));
    }
}
