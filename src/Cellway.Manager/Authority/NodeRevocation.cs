using Cellway.Model.Certificates;
using Cellway.Model.Nodes;
using Cellway.Model.State;

namespace Cellway.Manager.Authority;

/// <summary>The end of a node: its record, its session and its certificate go in one write, so that no replica ever sees one without the other.</summary>
internal static class NodeRevocation
{
    /// <summary>The write, and the record as it will be.</summary>
    public static async Task<(StateTransaction Transaction, NodeRecord Revoked)> PrepareAsync(
        IStateStore store, StateKeys keys, StateEntry entry, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var node = StateJson.Read<NodeRecord>(entry);
        var revoked = node with { State = NodeState.Revoked };
        var transaction = new StateTransaction().Replace(entry, StateJson.Write(revoked)).Delete(keys.Session(node.Id));
        if (await store.GetAsync(keys.Certificate(node.CertificateSerial), cancellationToken) is { } certificate)
        {
            transaction.Replace(certificate, StateJson.Write(StateJson.Read<CertificateRecord>(certificate) with { RevokedAt = now }));
        }

        return (transaction, revoked);
    }
}
