using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cellway.Manager.Audit;
using Cellway.Manager.Authority;
using Cellway.Manager.Enrollment;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.Participants;
using Cellway.Model.State;

namespace Cellway.Manager.Kubernetes;

/// <summary>Gives an Entry pod its certificate: one key for one pod.</summary>
internal sealed class PodEnroller(
    IStateStore store, StateKeys keys, NetworkViewFeed feed, NetworkAuthority authority, EnrollmentOptions limits, KubernetesOptions options, TimeProvider time, KubernetesLog log)
{
    /// <summary>The certificate, or null when the pod has one for another key, has been revoked, runs where it may not, or the key has been revoked.</summary>
    public async Task<(X509Certificate2 Certificate, Identity Identity)?> EnrollAsync(EntryPod pod, byte[] publicKey, CancellationToken cancellationToken)
    {
        var identity = new Identity(authority.Network, Role.Entry, IdOf(pod.Identity));
        var keyHash = Hash256.Of(publicKey).ToString();
        while (!feed.Current.IsRevoked(keyHash))
        {
            var entry = await store.GetAsync(keys.Node(identity.Id), cancellationToken);
            if (entry is not null && StateJson.Read<NodeRecord>(entry) is var known && (known.KeyHash != keyHash || known.State == NodeState.Revoked))
            {
                return null;
            }

            var transaction = new StateTransaction();
            if (await ParticipantAsync(pod.Identity, transaction, cancellationToken) is not { } participant)
            {
                return null;
            }

            var now = time.GetUtcNow();
            var (generation, root) = authority.Signing;
            var certificate = root.Issue(
                identity, publicKey, limits.CertificateLifetime, time, authority.NoteOf(new(now, participant, null, null, pod.Identity, pod.Addresses)));
            var node = new NodeRecord
            {
                Id = identity.Id,
                Role = Role.Entry,
                Participant = participant,
                KeyHash = keyHash,
                CertificateSerial = IssuedCertificates.SerialOf(certificate),
                CertificateNotAfter = certificate.NotAfter.ToUniversalTime(),
                Root = generation,
                State = NodeState.Active,
                Pod = pod.Identity,
                Addresses = pod.Addresses,
                EnrolledAt = now,
            };
            transaction = entry is null ? transaction.Create(keys.Node(node.Id), StateJson.Write(node)) : transaction.Replace(entry, StateJson.Write(node));
            IssuedCertificates.Record(transaction, keys, certificate, identity, generation, now);
            transaction.Note(keys, new()
            {
                At = now,
                Who = Actors.Pod(pod.Identity.Name),
                What = "node enroll",
                Subject = StateKeys.Folders.Nodes + node.Id,
                Detail = $"{node.Role} of {participant}, certificate {node.CertificateSerial}",
            });
            if ((await store.CommitAsync(transaction, cancellationToken)).Succeeded)
            {
                return (certificate, identity);
            }

            certificate.Dispose(); // the pod's other attempt came first, or its worker has just been taken out: look again
        }

        return null;
    }

    /// <summary>Whose node it will be: who brought the worker that it runs on. Null when that worker has no place here. The transaction holds what was found.</summary>
    private async Task<string?> ParticipantAsync(PodIdentity pod, StateTransaction transaction, CancellationToken cancellationToken)
    {
        var name = options.Participant;
        if (WorkerRecord.IdOf(pod.Worker) is { } id && await store.GetAsync(keys.Worker(id), cancellationToken) is { } entry)
        {
            var worker = StateJson.Read<WorkerRecord>(entry);
            if (worker is not { JoinedAt: not null, RemovedAt: null })
            {
                return null;
            }

            transaction.Require(entry.Key, entry.ModRevision);
            name = worker.Participant;
        }

        if (await store.GetAsync(keys.Participant(name), cancellationToken) is not { } participant || StateJson.Read<ParticipantRecord>(participant).RemovedAt is not null)
        {
            log.NoParticipant(name);
            return null;
        }

        transaction.Require(participant.Key, participant.ModRevision);
        return name;
    }

    /// <summary>The node id of a pod: from its uid, so that the state itself admits one node per pod.</summary>
    internal static string IdOf(PodIdentity pod) => $"pod-{Hash256.Of(Encoding.UTF8.GetBytes(pod.Uid)).ToString()[..16]}";
}
