using Cellway.Model.Certificates;
using Cellway.Model.Nodes;
using Cellway.Model.State;

namespace Cellway.Manager.Authority;

/// <summary>Refuses a node's key everywhere, for good.</summary>
internal static class NodeRevocation
{
    /// <summary>Adds the writes: the node and its certificate go in one, so that no replica ever sees one without the other.</summary>
    /// <returns>The node as it is then.</returns>
    public static async Task<NodeRecord> AddAsync(
        StateTransaction transaction, IStateStore store, StateKeys keys, StateEntry node, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var revoked = StateJson.Read<NodeRecord>(node) with { State = NodeState.Revoked };
        transaction.Replace(node, StateJson.Write(revoked)).Delete(keys.Session(revoked.Id)).Delete(keys.EntryReport(revoked.Id));
        if (await store.GetAsync(keys.Certificate(revoked.CertificateSerial), cancellationToken) is { } certificate)
        {
            transaction.Replace(certificate, StateJson.Write(StateJson.Read<CertificateRecord>(certificate) with { RevokedAt = now }));
        }

        return revoked;
    }
}
