using Cellway.Model.Nodes;
using Cellway.Model.State;

namespace Cellway.Manager.PhoneHome;

/// <summary>One node's session in the state: a record that lives as long as its lease is renewed.</summary>
internal sealed class SessionLease(IStateStore store, StateKeys keys, TimeSpan timeToLive)
{
    private NodeSessionRecord? _begun;
    private long _lease;

    /// <summary>Writes the session, replacing the one of an earlier stream of the same node.</summary>
    /// <remarks>A node that comes back to the same place before its last session ran out keeps its readiness: a lost connection is not a new Core.</remarks>
    public async Task BeginAsync(NodeSessionRecord record, CancellationToken cancellationToken)
    {
        _begun = record;
        _lease = await store.GrantLeaseAsync(timeToLive, cancellationToken);
        while (true)
        {
            var before = await store.GetAsync(keys.Session(record.Node), cancellationToken);
            var now = before is not null && StateJson.Read<NodeSessionRecord>(before) is { Ready: true } old && old.Address == record.Address && old.Port == record.Port
                ? record with { Ready = true }
                : record;

            var transaction = new StateTransaction()
                .Require(keys.Session(record.Node), before?.ModRevision ?? 0)
                .Put(keys.Session(record.Node), StateJson.Write(now), _lease);
            if ((await store.CommitAsync(transaction, cancellationToken)).Succeeded)
            {
                return;
            }
        }
    }

    /// <summary>Gives it its full time again, and writes it anew when it had run out.</summary>
    /// <remarks>But not over another stream's: a late heartbeat of a stream that has been replaced must not take the node with it when it ends.</remarks>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (!await store.RenewLeaseAsync(_lease, cancellationToken) && await store.GetAsync(keys.Session(_begun!.Node), cancellationToken) is null)
        {
            await BeginAsync(_begun, cancellationToken);
        }
    }

    /// <summary>Takes the node out at once.</summary>
    public ValueTask EndAsync(CancellationToken cancellationToken) => store.RevokeLeaseAsync(_lease, cancellationToken);
}
