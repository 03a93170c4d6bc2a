using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Audit;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.Participants;
using Cellway.Model.State;
using Cellway.Pki.Trust;

namespace Cellway.Manager.Authority;

/// <summary>Takes in nodes that a restored state does not know, because they joined after the backup was made. Their certificate is the root's word, and says enough.</summary>
internal sealed class ReturningNodes(IStateStore store, StateKeys keys, NetworkViewFeed feed, NetworkAuthority authority, TimeProvider time)
{
    // The clock of the replica that issued it and that of the one that made the backup need not agree.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(5);

    /// <summary>Makes the node's record again, and spends its token.</summary>
    /// <param name="certificate">That this network's root has issued, and that is not revoked.</param>
    /// <param name="identity">Its.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Whether the node is in the view now.</returns>
    public async Task<bool> TakeInAsync(X509Certificate2 certificate, Identity identity, CancellationToken cancellationToken)
    {
        if (feed.Current.Restored is not { } restored
            || authority.OriginOf(certificate) is not { } origin
            || origin.At < restored.MadeAt - Slack
            || !HasPlace(feed.Current, origin))
        {
            return false;
        }

        var (key, serial, generation) = (PublicKeys.KeyHash(certificate).ToString(), IssuedCertificates.SerialOf(certificate), IssuedCertificates.GenerationOf(certificate, feed.Current));
        var node = new NodeRecord
        {
            Id = identity.Id, Role = identity.Role, Participant = origin.Participant, Cell = origin.Cell, KeyHash = key, CertificateSerial = serial,
            CertificateNotAfter = certificate.NotAfter.ToUniversalTime(), Root = generation, State = NodeState.Active, Pod = origin.Pod, Addresses = origin.Addresses, EnrolledAt = origin.At,
        };
        while (!feed.Current.Nodes.ContainsKey(node.Id))
        {
            var transaction = new StateTransaction().Create(keys.Node(node.Id), StateJson.Write(node));
            if (await store.GetAsync(keys.Certificate(serial), cancellationToken) is null)
            {
                IssuedCertificates.Record(transaction, keys, certificate, identity, generation, origin.At);
            }

            if (await store.GetAsync(keys.Participant(origin.Participant), cancellationToken) is null)
            {
                transaction.Create(keys.Participant(origin.Participant), StateJson.Write(new ParticipantRecord { Id = origin.Participant, CreatedAt = time.GetUtcNow() }));
            }

            var spent = await SpendAsync(transaction, origin, node, cancellationToken);
            transaction.Note(keys, new()
            {
                At = time.GetUtcNow(), Who = $"{identity.Role.ToString().ToLowerInvariant()}/{node.Id}", What = RestoredActs.Node, Subject = StateKeys.Folders.Nodes + node.Id,
                Detail = $"{node.Role} of {node.Participant}, unknown to the backup of {restored.MadeAt:u}{(spent ? $"; its token {origin.Token} is spent" : "")}",
            });
            var result = await store.CommitAsync(transaction, cancellationToken);
            await feed.WaitForAsync(result.Revision, cancellationToken);
            if (!result.Succeeded && feed.Current.Nodes.ContainsKey(node.Id))
            {
                break; // it came to another replica, too
            }
        }

        return true;
    }

    // A state that has what the certificate names, and does not say that its time is over.
    private static bool HasPlace(NetworkView view, NodeOrigin origin) =>
        (origin.Cell is not { } cell || view.Cells.ContainsKey(cell))
        && view.Participants.GetValueOrDefault(origin.Participant) is not { RemovedAt: not null }
        && (WorkerRecord.IdOf(origin.Pod?.Worker) is not { } worker || view.Workers.GetValueOrDefault(worker) is not { RemovedAt: not null });

    private async Task<bool> SpendAsync(StateTransaction transaction, NodeOrigin origin, NodeRecord node, CancellationToken cancellationToken)
    {
        if (origin.Token is { } id
            && await store.GetAsync(keys.JoinToken(id), cancellationToken) is { } entry
            && StateJson.Read<JoinTokenRecord>(entry) is { Spent: null } token)
        {
            transaction.Replace(entry, StateJson.Write(token with
            {
                Spent = new() { At = origin.At, Node = node.Id, KeyHash = node.KeyHash, CertificateSerial = node.CertificateSerial },
            }));
            return true;
        }

        return false;
    }
}
