using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Access;
using Cellway.Manager.Audit;
using Cellway.Manager.Authority;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Grpc.Core;

namespace Cellway.Manager.Enrollment;

/// <summary>Gives a node that proves itself with its certificate a newer one for the same key.</summary>
/// <remarks>The key stays: routes pin it and revocation goes by it. A node that wants another key enrolls again.</remarks>
internal sealed class Renewer(IStateStore store, StateKeys keys, NetworkAuthority authority, EnrollmentOptions options, TimeProvider time, EnrollmentLog log)
{
    /// <param name="node">Its id.</param>
    /// <param name="present">The certificate that it has.</param>
    /// <param name="publicKey">The key of that certificate.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<EnrollmentResult> RenewAsync(string node, X509Certificate2 present, byte[] publicKey, CancellationToken cancellationToken)
    {
        while (await store.GetAsync(keys.Node(node), cancellationToken) is { } entry)
        {
            var record = StateJson.Read<NodeRecord>(entry);
            if (record.State == NodeState.Revoked || record.KeyHash != Hash256.Of(publicKey).ToString())
            {
                break;
            }

            var identity = new Identity(authority.Network, record.Role, record.Id);
            var (generation, root) = authority.Signing;
            var origin = new NodeOrigin(time.GetUtcNow(), record.Participant, record.Cell, authority.OriginOf(present)?.Token, record.Pod, record.Addresses);
            var certificate = root.Issue(identity, publicKey, options.CertificateLifetime, time, authority.NoteOf(origin));
            var renewed = record with
            {
                CertificateSerial = IssuedCertificates.SerialOf(certificate),
                CertificateNotAfter = certificate.NotAfter.ToUniversalTime(),
                Root = generation,
                RenewedAt = time.GetUtcNow(),
            };
            var transaction = new StateTransaction().Replace(entry, StateJson.Write(renewed));
            IssuedCertificates.Record(transaction, keys, certificate, identity, generation, time.GetUtcNow());
            transaction.Note(keys, new()
            {
                At = time.GetUtcNow(),
                Who = $"{RoleNames.Of(record.Role)}/{record.Id}",
                What = "certificate renew",
                Subject = StateKeys.Folders.Nodes + record.Id,
                Detail = $"certificate {renewed.CertificateSerial}",
            });
            if ((await store.CommitAsync(transaction, cancellationToken)).Succeeded)
            {
                log.Renewed(node);
                return new(EnrollmentFault.None, certificate, identity);
            }

            certificate.Dispose();
        }

        throw new RpcException(new(StatusCode.PermissionDenied, "this certificate cannot be renewed"));
    }
}
