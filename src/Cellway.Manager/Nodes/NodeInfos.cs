using Cellway.Manager.Api;
using Cellway.Manager.PhoneHome;
using Cellway.Manager.View;
using Cellway.Model.Nodes;

namespace Cellway.Manager.Nodes;

/// <summary>Nodes as people see them.</summary>
internal static class NodeInfos
{
    public static IReadOnlyList<NodeInfo> Of(NetworkView view, AttachedNodes attached) =>
    [
        .. view.Nodes.Values
            .OrderBy(n => n.Role).ThenBy(n => n.Cell, StringComparer.Ordinal).ThenBy(n => n.Id, StringComparer.Ordinal)
            .Select(n => Of(view, attached, n)),
    ];

    public static NodeInfo Of(NetworkView view, AttachedNodes attached, NodeRecord node)
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
}
