using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cellway.Manager.Authority;
using Cellway.Manager.Enrollment;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;

namespace Cellway.Manager.Kubernetes;

/// <summary>Gives an Entry pod its certificate: one key for one pod.</summary>
internal sealed class PodEnroller(
    IStateStore store, StateKeys keys, NetworkViewFeed feed, NetworkAuthority authority, EnrollmentOptions limits, KubernetesOptions options, TimeProvider time, KubernetesLog log)
{
    /// <summary>The certificate, or null when the pod has one for another key, has been revoked, or the key has.</summary>
    public async Task<(X509Certificate2 Certificate, Identity Identity)?> EnrollAsync(PodIdentity pod, byte[] publicKey, CancellationToken cancellationToken)
    {
        var identity = new Identity(authority.Network, Role.Entry, IdOf(pod));
        var keyHash = Hash256.Of(publicKey).ToString();
        while (!feed.Current.IsRevoked(keyHash))
        {
            var entry = await store.GetAsync(keys.Node(identity.Id), cancellationToken);
            if (entry is not null && StateJson.Read<NodeRecord>(entry) is var known && (known.KeyHash != keyHash || known.State == NodeState.Revoked))
            {
                return null;
            }

            if (await store.GetAsync(keys.Participant(options.Participant), cancellationToken) is not { } participant)
            {
                log.NoParticipant(options.Participant);
                return null;
            }

            var now = time.GetUtcNow();
            var certificate = authority.Root.Issue(identity, publicKey, limits.CertificateLifetime, time);
            var node = new NodeRecord
            {
                Id = identity.Id,
                Role = Role.Entry,
                Participant = options.Participant,
                KeyHash = keyHash,
                CertificateSerial = IssuedCertificates.SerialOf(certificate),
                CertificateNotAfter = certificate.NotAfter.ToUniversalTime(),
                State = NodeState.Active,
                Pod = pod,
                EnrolledAt = now,
            };
            var transaction = entry is null
                ? new StateTransaction().Create(keys.Node(node.Id), StateJson.Write(node))
                : new StateTransaction().Replace(entry, StateJson.Write(node));
            transaction.Require(participant.Key, participant.ModRevision);
            IssuedCertificates.Record(transaction, keys, certificate, identity, now);
            if ((await store.CommitAsync(transaction, cancellationToken)).Succeeded)
            {
                return (certificate, identity);
            }

            certificate.Dispose(); // the pod's other attempt came first: look again
        }

        return null;
    }

    /// <summary>The node id of a pod: from its uid, so that the state itself admits one node per pod.</summary>
    internal static string IdOf(PodIdentity pod) => $"pod-{Hash256.Of(Encoding.UTF8.GetBytes(pod.Uid)).ToString()[..16]}";
}
