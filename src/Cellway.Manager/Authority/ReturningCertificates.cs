using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Audit;
using Cellway.Manager.View;
using Cellway.Model.Backups;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Cellway.Pki.Trust;

namespace Cellway.Manager.Authority;

/// <summary>Takes in certificates that a restored state does not know, because they were issued after the backup was made: so that whoever holds one is listed, and can be revoked.</summary>
internal sealed class ReturningCertificates(IStateStore store, StateKeys keys, NetworkViewFeed feed, TimeProvider time)
{
    // As many as were issued: only who has proved to hold one gets here.
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);

    /// <param name="certificate">That this network's root has issued, and that is not revoked.</param>
    /// <param name="identity">Its; a node is in the view.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async ValueTask TakeInAsync(X509Certificate2 certificate, Identity identity, CancellationToken cancellationToken)
    {
        if (feed.Current.Restored is not { } restored)
        {
            return;
        }

        var serial = IssuedCertificates.SerialOf(certificate);
        if (_known.ContainsKey(serial))
        {
            return;
        }

        try
        {
            await RecordAsync(certificate, identity, serial, restored, cancellationToken);
            _known[serial] = true;
        }
        catch (StateUnavailableException)
        {
            // At its next call, then: it is believed by its root, not by a record.
        }
    }

    private async Task RecordAsync(X509Certificate2 certificate, Identity identity, string serial, RestoredRecord restored, CancellationToken cancellationToken)
    {
        while (await store.GetAsync(keys.Certificate(serial), cancellationToken) is null)
        {
            var transaction = new StateTransaction();
            var generation = IssuedCertificates.GenerationOf(certificate, feed.Current);
            IssuedCertificates.Record(transaction, keys, certificate, identity, generation, certificate.NotBefore.ToUniversalTime());
            if (await store.GetAsync(keys.Node(identity.Id), cancellationToken) is { } entry && identity.Role is Role.Core or Role.Entry)
            {
                AddNode(transaction, entry, certificate, serial, generation);
            }

            transaction.Note(keys, new()
            {
                At = time.GetUtcNow(), Who = $"{identity.Role.ToString().ToLowerInvariant()}/{identity.Id}", What = RestoredActs.Certificate, Subject = StateKeys.Folders.Certificates + serial,
                Detail = $"unknown to the backup of {restored.MadeAt:u}",
            });
            await store.CommitAsync(transaction, cancellationToken); // lost to another replica that was shown it, too: then it is there
        }
    }

    private static void AddNode(StateTransaction transaction, StateEntry entry, X509Certificate2 certificate, string serial, int generation)
    {
        var node = StateJson.Read<NodeRecord>(entry);
        if (node.KeyHash == PublicKeys.KeyHash(certificate).ToString() && certificate.NotAfter.ToUniversalTime() >= node.CertificateNotAfter)
        {
            transaction.Replace(entry, StateJson.Write(node with
            {
                CertificateSerial = serial, CertificateNotAfter = certificate.NotAfter.ToUniversalTime(), Root = generation, RenewedAt = certificate.NotBefore.ToUniversalTime(),
            }));
        }
    }
}
