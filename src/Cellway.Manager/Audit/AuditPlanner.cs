using Cellway.Manager.Authority;
using Cellway.Manager.Leadership;
using Cellway.Model.Audit;
using Cellway.Model.State;

namespace Cellway.Manager.Audit;

/// <summary>Links what was done into the chain, in the order in which the state took it in, and signs the newest link.</summary>
internal sealed class AuditPlanner(IStateStore store, StateKeys keys, IRootSigner root, TimeProvider time, AuditLog log) : IPlanner
{
    /// <summary>Two keys and two conditions each; a transaction has 128.</summary>
    private const int Together = 40;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public string Name => "audit";

    public async Task RunAsync(LeaderTerm term, CancellationToken lost)
    {
        while (true)
        {
            while (await LinkAsync(term, lost))
            {
            }

            await Task.Delay(Every, time, lost);
        }
    }

    /// <summary>Links what is there now.</summary>
    /// <returns>Whether there was anything: there may be more by now.</returns>
    /// <exception cref="InvalidDataException">The log has links, and nothing says which is the newest.</exception>
    internal async Task<bool> LinkAsync(LeaderTerm term, CancellationToken lost)
    {
        var pending = (await store.ListAsync(keys.Prefix + StateKeys.Folders.AuditPending, lost)).Entries;
        if (pending.Count == 0)
        {
            return false;
        }

        var headEntry = await store.GetAsync(keys.AuditHead, lost);
        var head = headEntry is null ? null : StateJson.Read<AuditHeadRecord>(headEntry);
        var (sequence, hash) = head is null ? (-1, AuditRecord.Nothing) : (head.Sequence, head.Hash);
        if (await store.GetAsync(keys.Audit(sequence + 1), lost) is not null && (await store.GetAsync(keys.AuditHead, lost))?.ModRevision == headEntry?.ModRevision)
        {
            throw new InvalidDataException($"The audit log goes on after what {keys.AuditHead} says is its newest link: somebody has changed the state. Compare it with an exported log (“cellway audit verify --file”).");
        }

        var headRevision = headEntry?.ModRevision ?? 0;
        foreach (var some in pending.OrderBy(e => e.CreateRevision).ThenBy(e => e.Key, StringComparer.Ordinal).Chunk(Together))
        {
            var transaction = new StateTransaction();
            foreach (var entry in some)
            {
                var link = StateJson.Write(new AuditRecord { Sequence = ++sequence, Previous = hash, Revision = entry.CreateRevision, Act = Read(entry) });
                hash = AuditChain.HashOf(link);
                transaction.Require(entry.Key, entry.ModRevision).Delete(entry.Key).Create(keys.Audit(sequence), link);
            }

            var (signature, generation) = root.Sign(AuditHeadRecord.Purpose, AuditChain.StatementOf(root.Network, sequence, hash));
            var next = new AuditHeadRecord { Sequence = sequence, Hash = hash, Generation = generation, Signature = signature };
            transaction.Require(keys.AuditHead, headRevision).Put(keys.AuditHead, StateJson.Write(next));
            var result = await term.CommitAsync(transaction, lost);
            if (!result.Succeeded)
            {
                break; // it is not as it was listed: look again
            }

            headRevision = result.Revision;
        }

        return true;
    }

    // A gap would say less than this does.
    private AuditAct Read(StateEntry entry)
    {
        try
        {
            return StateJson.Read<AuditAct>(entry);
        }
        catch (InvalidDataException)
        {
            log.Unreadable(entry.Key);
            return new() { At = time.GetUtcNow(), Who = Actors.Planner(Name), What = "audit", Subject = entry.Key[keys.Prefix.Length..], Outcome = "unreadable" };
        }
    }
}
