using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.View;
using Cellway.Model.Certificates;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Pki.Issuing;

namespace Cellway.Manager.Operators;

/// <summary>Operators are their certificates: whoever holds one that counts is the operator it names.</summary>
/// <remarks>There are few of them among the certificates of many nodes, and they are asked for rarely: they are looked up in the state.</remarks>
internal sealed class OperatorCertificates(NetworkWriter writer, NetworkAuthority authority, TimeProvider time)
{
    private const string SerialStarts = "0123456789abcdef";
    private const int Together = 50;

    public async Task<IReadOnlyList<CertificateRecord>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await FindAsync(null, cancellationToken)).Select(StateJson.Read<CertificateRecord>)];

    /// <exception cref="AdminException">There is such an operator, or the request is none.</exception>
    public async Task<CertificateRecord> AddAsync(string id, byte[] request, CancellationToken cancellationToken)
    {
        if (!Names.IsId(id))
        {
            throw AdminException.Invalid($"“{id}” is not an operator's name: use 1 to 63 of a–z, 0–9 and hyphens.");
        }

        if ((await FindAsync(id, cancellationToken)).Count > 0)
        {
            throw AdminException.Conflict($"There is, or was, an operator {id}: use another name, so that the audit log tells them apart.");
        }

        return await IssueAsync(new(), id, KeyOf(request), cancellationToken);
    }

    /// <summary>The same operator with the same key, for longer.</summary>
    /// <exception cref="AdminException">The request is for another key, or another replica has just revoked the operator.</exception>
    public async Task<CertificateRecord> RenewAsync(string id, Hash256 key, byte[] request, CancellationToken cancellationToken)
    {
        var publicKey = KeyOf(request);
        if (Hash256.Of(publicKey) != key)
        {
            throw AdminException.Invalid("A certificate is renewed for the key it has: for another one, have another operator add you anew.");
        }

        // Any of them will do: whoever revokes an operator changes each, and looks again until there is none left.
        var transaction = new StateTransaction();
        if ((await FindAsync(id, cancellationToken)).FirstOrDefault() is { } known)
        {
            _ = StateJson.Read<CertificateRecord>(known).RevokedAt is null ? transaction.Require(known.Key, known.ModRevision) : throw AdminException.Conflict($"The operator {id} has been revoked.");
        }

        return await IssueAsync(transaction, id, publicKey, cancellationToken);
    }

    /// <exception cref="AdminException">There is no such operator.</exception>
    public async Task<IReadOnlyList<CertificateRecord>> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var all = await FindAsync(id, cancellationToken);
            if (all.Count == 0)
            {
                throw AdminException.NotFound($"There is no operator {id}: see “cellway operator list”.");
            }

            var transaction = new StateTransaction();
            foreach (var entry in all.Where(e => StateJson.Read<CertificateRecord>(e).RevokedAt is null).Take(Together))
            {
                transaction.Replace(entry, StateJson.Write(StateJson.Read<CertificateRecord>(entry) with { RevokedAt = time.GetUtcNow() }));
            }

            if (transaction.Writes.Count == 0)
            {
                return [.. all.Select(StateJson.Read<CertificateRecord>)];
            }

            await writer.TryCommitAsync(transaction, cancellationToken);
        }
    }

    private static byte[] KeyOf(byte[] request) => CertificateRequestReader.TryRead(request, out var publicKey, out var fault)
        ? publicKey
        : throw AdminException.Invalid($"The certificate request is refused: {fault}.");

    private async Task<CertificateRecord> IssueAsync(StateTransaction transaction, string id, byte[] publicKey, CancellationToken cancellationToken)
    {
        var identity = new Identity(authority.Network, Role.Operator, id);
        var (generation, root) = authority.Signing;
        using var certificate = root.Issue(identity, publicKey, NetworkCreator.OperatorLifetime, time);
        var record = IssuedCertificates.Record(transaction, writer.Keys, certificate, identity, generation, time.GetUtcNow());
        if (!await writer.TryCommitAsync(transaction, cancellationToken))
        {
            throw AdminException.Conflict("The operator's certificates have just been changed: try again.");
        }

        return record;
    }

    private async Task<List<StateEntry>> FindAsync(string? id, CancellationToken cancellationToken)
    {
        var wanted = new Identity(authority.Network, Role.Operator, id ?? "x").ToString();
        var prefix = id is null ? wanted[..^1] : wanted;
        List<StateEntry> found = [];
        foreach (var start in SerialStarts)
        {
            foreach (var entry in (await writer.Store.ListAsync(writer.Keys.Certificate(start.ToString()), cancellationToken)).Entries)
            {
                var identity = StateJson.Read<CertificateRecord>(entry).Identity;
                if (id is null ? identity.StartsWith(prefix, StringComparison.Ordinal) : identity == wanted)
                {
                    found.Add(entry);
                }
            }
        }

        return found;
    }
}
