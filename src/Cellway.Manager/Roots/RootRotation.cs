using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.View;
using Cellway.Model.Certificates;
using Cellway.Model.Contracts;
using Cellway.Model.Nodes;
using Cellway.Model.State;

namespace Cellway.Manager.Roots;

/// <summary>Replaces the root in steps, each of them one transaction: introduce, reissue, retire; until the last, undo.</summary>
/// <remarks>
/// From the first step on both roots are believed. From the second on the new one issues, and nodes get themselves a certificate of it.
/// Management shows certificates of the older one until the last, so that whoever was away meanwhile still finds its way.
/// </remarks>
internal sealed class RootRotation(NetworkWriter writer, NetworkViewFeed feed, NetworkAuthority authority, Revocations revocations, IssuedByRoot issued, TimeProvider time)
{
    /// <summary>How long everybody who is attached has to hear of a new root before it may issue: whoever has not heard refuses its certificates.</summary>
    private static readonly TimeSpan HeardWithin = TimeSpan.FromSeconds(10);

    private StateKeys Keys => writer.Keys;

    /// <exception cref="AdminException">A rotation is under way.</exception>
    public async Task IntroduceAsync(CancellationToken cancellationToken)
    {
        var (old, next) = await ReadAsync(cancellationToken);
        if (next is not null)
        {
            throw AdminException.Conflict($"Root {Read(next).Generation} has been introduced already: go on with “cellway ca rotate reissue”, or take it back with “cellway ca rotate undo”.");
        }

        var record = authority.NewRoot(Read(old).Generation + 1, time);
        await CommitAsync(new StateTransaction().Require(old.Key, old.ModRevision).Create(Keys.Authority(record.Generation), StateJson.Write(record)), cancellationToken);
    }

    /// <exception cref="AdminException">No root was introduced, or a moment ago.</exception>
    public async Task ReissueAsync(CancellationToken cancellationToken)
    {
        var (old, next) = await RequireBothAsync(cancellationToken);
        if (Read(next).Signs)
        {
            throw AdminException.Conflict($"Root {Read(next).Generation} issues already: when everybody has a certificate of it (“cellway ca show”), go on with “cellway ca rotate retire”.");
        }

        if (time.GetUtcNow() - Read(next).CreatedAt < HeardWithin || !await IsSignedAsync(Read(next), cancellationToken))
        {
            throw AdminException.Conflict($"Root {Read(next).Generation} was introduced a moment ago, and nodes are still being told of it: try again in {HeardWithin.TotalSeconds:0} seconds.");
        }

        await CommitAsync(
            new StateTransaction().Replace(old, StateJson.Write(Read(old) with { Signs = false })).Replace(next, StateJson.Write(Read(next) with { Signs = true })), cancellationToken);
    }

    /// <summary>Takes back what has been done so far.</summary>
    /// <exception cref="AdminException">There is nothing to take back.</exception>
    public async Task UndoAsync(CancellationToken cancellationToken)
    {
        var (old, next) = await RequireBothAsync(cancellationToken);
        if (Read(next).Signs)
        {
            await CommitAsync(
                new StateTransaction().Replace(old, StateJson.Write(Read(old) with { Signs = true })).Replace(next, StateJson.Write(Read(next) with { Signs = false })), cancellationToken);
            return;
        }

        await RequireNobodyAsync(Read(next).Generation, Read(old).Generation, evenIfSomebody: false, cancellationToken);
        await CommitAsync(new StateTransaction().Require(old.Key, old.ModRevision).Require(next.Key, next.ModRevision).Delete(next.Key), cancellationToken);
    }

    /// <summary>Ends the old root. Join tokens that pin it are withdrawn.</summary>
    /// <exception cref="AdminException">Somebody has no certificate of the new one yet.</exception>
    public async Task RetireAsync(bool evenIfSomebody, CancellationToken cancellationToken)
    {
        var (old, next) = await RequireBothAsync(cancellationToken);
        if (!Read(next).Signs)
        {
            throw AdminException.Conflict("The new root does not issue yet: “cellway ca rotate reissue” comes first.");
        }

        await RequireNobodyAsync(Read(old).Generation, Read(next).Generation, evenIfSomebody, cancellationToken);
        var retired = Read(old) with { SealedKey = [], Signs = false };
        await CommitAsync(
            new StateTransaction().Require(next.Key, next.ModRevision).Require(old.Key, old.ModRevision).Delete(old.Key).Put(Keys.RetiredAuthority(retired.Generation), StateJson.Write(retired)),
            cancellationToken);
        await revocations.RevokeAllAsync(t => t.ExpiresAt > time.GetUtcNow(), _ => false, _ => false, cancellationToken);
    }

    // Nodes take a root only as the word of another that they believe.
    private async Task<bool> IsSignedAsync(AuthorityRecord root, CancellationToken cancellationToken) =>
        await writer.Store.GetAsync(Keys.Trust, cancellationToken) is { } entry
        && TrustStatement.Parser.ParseFrom(StateJson.Read<TrustRecord>(entry).Statement).Roots.Any(r => r.Span.SequenceEqual(root.Certificate));

    private static AuthorityRecord Read(StateEntry entry) => StateJson.Read<AuthorityRecord>(entry);

    private async Task<(StateEntry Old, StateEntry? Next)> ReadAsync(CancellationToken cancellationToken)
    {
        var all = (await writer.Store.ListAsync(Keys.Prefix + StateKeys.Folders.Authorities, cancellationToken)).Entries.OrderBy(e => Read(e).Generation).ToList();
        return (all[0], all.Count > 1 ? all[1] : null);
    }

    private async Task<(StateEntry Old, StateEntry Next)> RequireBothAsync(CancellationToken cancellationToken) =>
        await ReadAsync(cancellationToken) is (var old, { } next) ? (old, next) : throw AdminException.Conflict("No root is being replaced: begin with “cellway ca rotate introduce”.");

    private async Task RequireNobodyAsync(int leaving, int staying, bool evenIfSomebody, CancellationToken cancellationToken)
    {
        var nodes = feed.Current.Nodes.Values.Where(n => n.State != NodeState.Revoked && n.CertificateNotAfter > time.GetUtcNow() && (n.Root ?? 1) == leaving).ToList();
        var operators = await issued.OperatorsAsync(leaving, staying, cancellationToken);
        if (!evenIfSomebody && (nodes.Count > 0 || operators.Count > 0))
        {
            List<string> who = [];
            if (nodes.Count > 0)
            {
                who.Add($"{nodes.Count} nodes ({string.Join(", ", nodes.Take(5).Select(n => n.Id))}{(nodes.Count > 5 ? ", …" : "")})");
            }

            if (operators.Count > 0)
            {
                who.Add($"the operators {string.Join(", ", operators)} (each runs “cellway operator renew”)");
            }

            throw AdminException.Conflict($"Root {leaving} is still needed by {string.Join(" and by ", who)}. Wait until they have renewed, or say --even-if-somebody: whoever has not by then must join anew.");
        }
    }

    private async Task CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        if (!await writer.TryCommitAsync(transaction, cancellationToken))
        {
            throw AdminException.Conflict("Somebody else has just changed the roots: look at “cellway ca show” and try again.");
        }
    }
}
