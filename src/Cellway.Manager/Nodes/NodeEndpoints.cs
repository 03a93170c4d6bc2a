using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.Cells;
using Cellway.Manager.Incidents;
using Cellway.Manager.PhoneHome;
using Cellway.Manager.View;
using Cellway.Model.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Cellway.Manager.Nodes;

/// <summary>The admin API's nodes, and the network at a glance.</summary>
internal static class NodeEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder admin)
    {
        admin.MapGet("/nodes", (NetworkViewFeed feed, AttachedNodes attached) => List(feed.Current, attached));
        admin.MapPost("/nodes/{id}/drain", DrainAsync);
        admin.MapPost("/nodes/{id}/resume", ResumeAsync);
        admin.MapPost("/nodes/{id}/revoke", RevokeAsync);
        admin.MapPost("/nodes/{id}/remove", RemoveAsync);
        admin.MapGet("/status", (NetworkViewFeed feed, AttachedNodes attached) => Status(feed.Current, attached));
    }

    private static IReadOnlyList<NodeInfo> List(NetworkView view, AttachedNodes attached) =>
    [
        .. view.Nodes.Values
            .OrderBy(n => n.Role).ThenBy(n => n.Cell, StringComparer.Ordinal).ThenBy(n => n.Id, StringComparer.Ordinal)
            .Select(n => Show(view, attached, n)),
    ];

    private static NetworkStatus Status(NetworkView view, AttachedNodes attached) => new(
        view.Network!.Id,
        view.Network.Name,
        Software.Version,
        view.Revision,
        CellInfos.Of(view),
        [.. List(view, attached).Where(n => n.State != "revoked")],
        view.Accounts.Users,
        view.Accounts.Devices,
        IncidentInfos.Of(view, closedToo: false),
        [.. view.Unreadable.Order(StringComparer.Ordinal)]);

    private static async Task<NodeInfo> DrainAsync(
        string id, NetworkWriter writer, NetworkViewFeed feed, AttachedNodes attached, CancellationToken cancellationToken)
    {
        var node = await writer.ChangeAsync<NodeRecord>(
                writer.Keys.Node,
                id,
                n => n.State == NodeState.Revoked ? throw AdminException.Conflict($"The node {id} is revoked.") : n with { State = NodeState.Draining },
                cancellationToken)
            ?? throw NoSuchNode(id);
        return Show(feed.Current, attached, node);
    }

    private static async Task<NodeInfo> ResumeAsync(
        string id, NetworkWriter writer, NetworkViewFeed feed, AttachedNodes attached, CancellationToken cancellationToken)
    {
        var node = await writer.ChangeAsync<NodeRecord>(
                writer.Keys.Node,
                id,
                n => n.State == NodeState.Revoked ? throw AdminException.Conflict($"The node {id} is revoked.") : n with { State = NodeState.Active },
                cancellationToken)
            ?? throw NoSuchNode(id);
        return Show(feed.Current, attached, node);
    }

    private static async Task<NodeInfo> RevokeAsync(
        string id, Revocations revocations, NetworkViewFeed feed, AttachedNodes attached, CancellationToken cancellationToken) =>
        Show(feed.Current, attached, await revocations.RevokeNodeAsync(id, cancellationToken) ?? throw NoSuchNode(id));

    private static async Task<RemovedNode> RemoveAsync(string id, NodeRemoval removal, CancellationToken cancellationToken) =>
        await removal.RemoveAsync(id, cancellationToken) ?? throw NoSuchNode(id);

    private static NodeInfo Show(NetworkView view, AttachedNodes attached, NodeRecord node)
    {
        var session = view.Sessions.GetValueOrDefault(node.Id);
        return new(
            node.Id,
            node.Role.ToString().ToLowerInvariant(),
            node.Participant,
            node.Cell,
            StateOf(node, session),
            session is null ? null : new Model.Cells.HostPort(session.Address, session.Port).ToString(),
            session?.SoftwareVersion,
            attached.Find(node.Id)?.LastHeartbeat?.Sessions,
            session?.ProbeError,
            node.CertificateNotAfter,
            node.EnrolledAt);
    }

    private static string StateOf(NodeRecord node, NodeSessionRecord? session) => (node.State, session) switch
    {
        (NodeState.Revoked, _) => "revoked",
        (_, null) => "offline",
        (NodeState.Draining, _) => "draining",
        (_, { Ready: true }) => "ready",
        (_, { OutSince: not null }) => "out",
        _ => "attached",
    };

    private static AdminException NoSuchNode(string id) => AdminException.NotFound($"There is no node {id}: see “cellway node list”.");
}
