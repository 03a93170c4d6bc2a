using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;

namespace Cellway.Manager.PhoneHome;

/// <summary>When a Core is out of the routes, tells the Entries, so that sessions which hang there end instead.</summary>
internal sealed class SessionClosing(AttachedNodes attached) : IViewFollower
{
    private readonly HashSet<string> _ready = new(StringComparer.Ordinal);

    public void Apply(NetworkView view, ViewChanges changes)
    {
        foreach (var id in changes.Everything ? view.Nodes.Keys : changes.Nodes)
        {
            if (view.Nodes.TryGetValue(id, out var node) && node.Role != Role.Core)
            {
                continue;
            }

            var isRevoked = node is null or { State: NodeState.Revoked };
            if (!isRevoked && view.Sessions.TryGetValue(id, out var session) && session.Ready)
            {
                _ready.Add(id);
            }
            else if (_ready.Remove(id))
            {
                foreach (var entry in attached.Entries.Where(e => e.Node.Cell is null || node is null || e.Node.Cell == node.Cell || isRevoked))
                {
                    entry.TrySend(new() { CloseSessions = new() { CoreIds = { id }, EvenIfAlive = isRevoked } });
                }
            }
        }
    }
}
