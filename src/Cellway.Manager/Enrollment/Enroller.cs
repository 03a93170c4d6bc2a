using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Audit;
using Cellway.Manager.Authority;
using Cellway.Manager.View;
using Cellway.Model.Certificates;
using Cellway.Model.Identities;
using Cellway.Model.Nodes;
using Cellway.Model.State;

namespace Cellway.Manager.Enrollment;

/// <summary>Spends a join token on a certificate: both happen in one transaction, or neither does.</summary>
internal sealed class Enroller(
    IStateStore store, StateKeys keys, NetworkViewFeed feed, NetworkAuthority authority, EnrollmentOptions options, Refusals refusals, TimeProvider time, EnrollmentLog log)
{
    /// <summary>Enrolls the holder of <paramref name="publicKey"/>.</summary>
    /// <param name="tokenId">As the token has it, in hex.</param>
    /// <param name="secret">The token's secret, as presented.</param>
    /// <param name="role">What the program says that it is.</param>
    /// <param name="publicKey">SubjectPublicKeyInfo of a key whose possession has been proved.</param>
    /// <param name="cancellationToken">Stops before the write.</param>
    public async Task<EnrollmentResult> EnrollAsync(string tokenId, ReadOnlyMemory<byte> secret, Role role, byte[] publicKey, CancellationToken cancellationToken)
    {
        var keyHash = Hash256.Of(publicKey).ToString();
        while (true)
        {
            var entry = Names.IsId(tokenId) ? await store.GetAsync(keys.JoinToken(tokenId), cancellationToken) : null;
            var token = entry is null ? null : StateJson.Read<JoinTokenRecord>(entry);

            // An unknown id is compared too, with a hash that nothing has, so that time tells nobody which ids exist.
            var expected = token is null ? default : Hash256.Parse(token.SecretHash);
            if (!Hash256.FixedTimeEquals(expected, Hash256.Of(secret.Span)) || entry is null || token is null)
            {
                refusals.CountStranger();
                return Refuse(EnrollmentFault.Unknown);
            }

            var now = time.GetUtcNow();
            if (token.Spent is { } spent)
            {
                return spent.KeyHash == keyHash && now - spent.At <= options.RepeatWithin && token.Role == role
                    ? await RepeatAsync(token.Id, spent, cancellationToken)
                    : await RefuseAsync(token.Id, EnrollmentFault.Spent);
            }

            var fault = token.RevokedAt is not null ? EnrollmentFault.Revoked
                : now >= token.ExpiresAt ? EnrollmentFault.Expired
                : token.Role != role ? EnrollmentFault.WrongRole
                : feed.Current.IsRevoked(keyHash) ? EnrollmentFault.KeyRevoked // it would get a certificate that everybody refuses
                : EnrollmentFault.None;
            if (fault != EnrollmentFault.None)
            {
                return await RefuseAsync(token.Id, fault);
            }

            var identity = new Identity(authority.Network, role, Names.NewId());
            var (generation, root) = authority.Signing;
            var certificate = root.Issue(identity, publicKey, options.CertificateLifetime, time, authority.NoteOf(new(now, token.Participant, token.Cell, token.Id)));
            if (await TrySpendAsync(entry, token, identity, keyHash, certificate, generation, now, cancellationToken))
            {
                log.Enrolled(token.Role.ToString(), identity.Id, token.Participant);
                return new(EnrollmentFault.None, certificate, identity);
            }

            certificate.Dispose(); // somebody else has just spent it, or it was withdrawn: look again
        }
    }

    private async Task<bool> TrySpendAsync(
        StateEntry entry, JoinTokenRecord token, Identity identity, string keyHash, X509Certificate2 certificate, int root, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var serial = IssuedCertificates.SerialOf(certificate);
        var node = new NodeRecord
        {
            Id = identity.Id,
            Role = token.Role,
            Participant = token.Participant,
            Cell = token.Cell,
            KeyHash = keyHash,
            CertificateSerial = serial,
            CertificateNotAfter = certificate.NotAfter.ToUniversalTime(),
            Root = root,
            State = NodeState.Active,
            EnrolledAt = now,
        };
        var spent = token with { Spent = new() { At = now, Node = identity.Id, KeyHash = keyHash, CertificateSerial = serial } };
        var transaction = new StateTransaction().Replace(entry, StateJson.Write(spent)).Create(keys.Node(node.Id), StateJson.Write(node));
        IssuedCertificates.Record(transaction, keys, certificate, identity, root, now);
        transaction.Note(keys, new()
        {
            At = now,
            Who = Actors.Token(token.Id),
            What = "node enroll",
            Subject = StateKeys.Folders.Nodes + node.Id,
            Detail = $"{node.Role} of {node.Participant}, certificate {serial}",
        });
        return (await store.CommitAsync(transaction, cancellationToken)).Succeeded;
    }

    private async Task<EnrollmentResult> RepeatAsync(string token, JoinTokenSpending spent, CancellationToken cancellationToken)
    {
        var node = await store.GetAsync(keys.Node(spent.Node), cancellationToken);
        var entry = await store.GetAsync(keys.Certificate(spent.CertificateSerial), cancellationToken);
        if (entry is null || node is null || StateJson.Read<NodeRecord>(node).State == NodeState.Revoked)
        {
            return await RefuseAsync(token, EnrollmentFault.Spent);
        }

        var record = StateJson.Read<CertificateRecord>(entry);
        return Identity.TryParse(record.Identity, out var identity)
            ? new(EnrollmentFault.None, X509CertificateLoader.LoadCertificate(record.Der), identity)
            : throw new InvalidDataException($"The state key {entry.Key} names no identity.");
    }

    private async Task<EnrollmentResult> RefuseAsync(string token, EnrollmentFault fault)
    {
        await refusals.RecordAsync(Actors.Token(token), "node enroll", StateKeys.Folders.JoinTokens + token, fault.ToString());
        return Refuse(fault);
    }

    private EnrollmentResult Refuse(EnrollmentFault fault)
    {
        log.Refused(fault.ToString());
        return new(fault, null, null);
    }
}
