using Cellway.Manager.Audit;
using Cellway.Manager.View;
using Cellway.Model.Certificates;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Cellway.Pki.Trust;
using Google.Protobuf;
using System.Security.Cryptography.X509Certificates;

namespace Cellway.Manager.Authority;

/// <summary>Learns from nodes what was revoked after the backup that this state came from: they keep the root's signed word on it.</summary>
internal sealed class ForgottenRevocations(IStateStore store, StateKeys keys, NetworkViewFeed feed, NetworkAuthority authority, TimeProvider time)
{
    private const int Together = 20;

    /// <summary>Whether a node that holds the signed word of this version knows of more than this state may.</summary>
    public bool AreKnownTo(long version) =>
        feed.Current.Restored is { } restored && version > restored.TrustVersion && version < restored.RestoredAt.ToUnixTimeSeconds();

    /// <summary>Takes back what a node holds, if the root has signed it.</summary>
    public async Task LearnAsync(Trust held, CancellationToken cancellationToken)
    {
        if (!IsSigned(held))
        {
            return;
        }

        var unknown = Read(held).RevokedKeyHashes.Where(h => h.Length == Hash256.Length).Select(h => new Hash256(h.Span).ToString())
            .Where(h => !feed.Current.IsRevoked(h)).Distinct(StringComparer.Ordinal);
        foreach (var batch in unknown.Chunk(Together))
        {
            await RevokeAsync(batch, cancellationToken);
        }
    }

    private static TrustStatement Read(Trust held) => TrustStatement.Parser.ParseFrom(held.Statement);

    private bool IsSigned(Trust held)
    {
        try
        {
            return feed.Current.Authorities.Values.Any(a =>
            {
                using var root = X509CertificateLoader.LoadCertificate(a.Certificate);
                return held.Signatures.Any(s => SignedStatement.Verify(root, TrustRecord.Purpose, held.Statement.Span, s.Span));
            }) && Read(held).Network == authority.Network;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    // Under its key's hash: whose certificate it was may have been forgotten, too.
    private async Task RevokeAsync(IReadOnlyList<string> hashes, CancellationToken cancellationToken)
    {
        foreach (var hash in hashes)
        {
            var now = time.GetUtcNow();
            var transaction = new StateTransaction();
            var node = feed.Current.Nodes.Values.FirstOrDefault(n => n.KeyHash == hash && n.State != NodeState.Revoked);
            if (node is not null && await store.GetAsync(keys.Node(node.Id), cancellationToken) is { } entry)
            {
                await NodeRevocation.AddAsync(transaction, store, keys, entry, now, cancellationToken);
            }

            if (await store.GetAsync(keys.Certificate(hash), cancellationToken) is null)
            {
                transaction.Create(keys.Certificate(hash), StateJson.Write(new CertificateRecord
                {
                    Serial = hash, Identity = "", KeyHash = hash, Der = [], IssuedAt = now, NotAfter = now.AddYears(10), RevokedAt = now,
                }));
            }

            if (transaction.Writes.Count > 0)
            {
                transaction.Note(keys, new() { At = now, Who = "replica/restored", What = RestoredActs.Revocation, Subject = node is null ? null : StateKeys.Folders.Nodes + node.Id, Detail = hash });
                await store.CommitAsync(transaction, cancellationToken); // lost to another replica that learned the same: then it is there
            }
        }
    }
}
