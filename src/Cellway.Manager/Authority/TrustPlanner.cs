using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using Cellway.Model.Certificates;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Pki.Trust;
using Google.Protobuf;

namespace Cellway.Manager.Authority;

/// <summary>Signs whom the network believes, whenever that has changed, so that all replicas give nodes the same signed word.</summary>
/// <remarks>
/// A revocation does not wait for it: every replica sends that to nodes at once, and a node takes it unsigned. Only what takes a
/// revocation back, and what adds a root, needs the signature.
/// </remarks>
internal sealed class TrustPlanner(IStateStore store, StateKeys keys, NetworkViewFeed feed, IRootSigner root, TimeProvider time) : IPlanner
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private NetworkView? _done;

    public string Name => "trust";

    // What was revoked after a backup is learned again from nodes that come back. A newer signed word without it would have them believe whom they refuse.
    private static readonly TimeSpan LearnFirst = TimeSpan.FromMinutes(1);

    public async Task RunAsync(LeaderTerm term, CancellationToken lost)
    {
        if (feed.Current.Restored is { } restored && time.GetUtcNow() - restored.RestoredAt < TimeSpan.FromDays(1))
        {
            await Task.Delay(LearnFirst, time, lost);
        }

        while (true)
        {
            var view = feed.Current;
            if (_done is null || view.Authorities != _done.Authorities || view.RevokedKeys != _done.RevokedKeys || view.Trust != _done.Trust)
            {
                await SignAsync(view, term, lost);
                _done = view;
            }

            await Task.Delay(Every, time, lost);
        }
    }

    internal async Task SignAsync(NetworkView view, LeaderTerm term, CancellationToken lost)
    {
        var entry = await store.GetAsync(keys.Trust, lost);
        var before = entry is null ? null : StateJson.Read<TrustRecord>(entry);
        var now = StatementOf(view);
        if (before is not null)
        {
            var signed = TrustStatement.Parser.ParseFrom(before.Statement);
            (now.Version, now.SignedAt) = (signed.Version, signed.SignedAt);
            if (now.Equals(signed))
            {
                return;
            }
        }

        now.Version = Math.Max((before?.Version ?? 0) + 1, view.Restored?.RestoredAt.ToUnixTimeSeconds() ?? 0); // above every word of the state that was lost
        now.SignedAt = time.GetUtcNow().ToUnixTimeSeconds();
        var statement = now.ToByteArray();
        var record = new TrustRecord { Version = now.Version, Statement = statement, Signatures = root.SignByAll(TrustRecord.Purpose, statement) };
        await term.CommitAsync(new StateTransaction().Require(keys.Trust, entry?.ModRevision ?? 0).Put(keys.Trust, StateJson.Write(record)), lost);
    }

    private TrustStatement StatementOf(NetworkView view)
    {
        var statement = new TrustStatement { Network = root.Network };
        statement.Roots.AddRange(view.Authorities.Values.OrderBy(a => a.Generation).Select(a => ByteString.CopyFrom(a.Certificate)));
        statement.RevokedKeyHashes.AddRange(
            view.RevokedKeys.Values.Distinct().Order(StringComparer.Ordinal).Select(h => ByteString.CopyFrom(Hash256.Parse(h).ToArray())));
        if (view.Authorities.Values.FirstOrDefault(a => a.Signs) is { } signs)
        {
            using var root = X509CertificateLoader.LoadCertificate(signs.Certificate);
            statement.SigningRoot = ByteString.CopyFrom(PublicKeys.KeyHash(root).ToArray());
        }

        return statement;
    }
}
