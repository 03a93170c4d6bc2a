using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Audit;
using Cellway.Manager.View;
using Cellway.Model.Identities;
using Cellway.Model.State;

namespace Cellway.Manager.Authority;

/// <summary>Notes operators that a restored state does not know, because they were added after the backup was made: whoever is let in can be seen, and revoked.</summary>
internal sealed class ReturningOperators(IStateStore store, StateKeys keys, NetworkViewFeed feed, ReturningNodes nodes, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, byte> _known = new(StringComparer.Ordinal); // by serial; no more than the root has signed

    /// <param name="certificate">That this network's root has issued, and that is not revoked.</param>
    /// <param name="identity">Its.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async ValueTask NoteAsync(X509Certificate2 certificate, Identity identity, CancellationToken cancellationToken)
    {
        var serial = IssuedCertificates.SerialOf(certificate);
        if (feed.Current.Restored is not { } restored || _known.ContainsKey(serial))
        {
            return;
        }

        if (await store.GetAsync(keys.Certificate(serial), cancellationToken) is null)
        {
            var transaction = new StateTransaction();
            var record = IssuedCertificates.Record(transaction, keys, certificate, identity, nodes.GenerationOf(certificate), time.GetUtcNow());
            transaction.Note(keys, new()
            {
                At = time.GetUtcNow(), Who = $"operator/{identity.Id}", What = "operator return",
                Detail = $"certificate {record.Serial}, unknown to the backup of {restored.MadeAt:u}",
            });
            await store.CommitAsync(transaction, cancellationToken); // lost to another replica: then it is there
        }

        _known.TryAdd(serial, 0);
    }
}
