using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.PhoneHome;
using Cellway.Manager.View;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Nodes;

/// <summary>What can be done to nodes, for whoever may. Each is one transaction.</summary>
internal sealed class NodeActs(NetworkWriter writer, NetworkViewFeed feed, AttachedNodes attached, Revocations revocations)
{
    /// <summary>It takes no new sessions any more.</summary>
    /// <exception cref="AdminException">There is no such node, or it is revoked.</exception>
    public Task<NodeInfo> DrainAsync(string id, CancellationToken cancellationToken) => ToAsync(id, NodeState.Draining, cancellationToken);

    /// <summary>It carries traffic again.</summary>
    /// <exception cref="AdminException">There is no such node, or it is revoked.</exception>
    public Task<NodeInfo> ResumeAsync(string id, CancellationToken cancellationToken) => ToAsync(id, NodeState.Active, cancellationToken);

    /// <summary>Its key is refused everywhere, for good.</summary>
    /// <exception cref="AdminException">There is no such node.</exception>
    public async Task<NodeInfo> RevokeAsync(string id, CancellationToken cancellationToken) =>
        Show(await revocations.RevokeNodeAsync(id, cancellationToken) ?? throw NoSuchNode(id));

    public static AdminException NoSuchNode(string id) => AdminException.NotFound($"There is no node {id}: see “cellway node list”.");

    private async Task<NodeInfo> ToAsync(string id, NodeState state, CancellationToken cancellationToken)
    {
        var node = await writer.ChangeAsync<NodeRecord>(
                writer.Keys.Node,
                id,
                n => n.State == NodeState.Revoked ? throw AdminException.Conflict($"The node {id} is revoked.") : n with { State = state },
                cancellationToken)
            ?? throw NoSuchNode(id);
        return Show(node);
    }

    private NodeInfo Show(NodeRecord node) => NodeInfos.Of(feed.Current, attached, node);
}
