using System.Runtime.CompilerServices;
using Cellway.Manager.Api;
using Cellway.Model.Audit;
using Cellway.Model.State;

namespace Cellway.Manager.Audit;

/// <summary>Reads the audit log from the state, a page at a time: no replica keeps it.</summary>
internal sealed class AuditReads(IStateStore store, StateKeys keys)
{
    /// <summary>The newest entries that match, the newest first; those that are not linked yet before all others.</summary>
    public async Task<IReadOnlyList<AuditEntry>> FindAsync(AuditFilter filter, CancellationToken cancellationToken)
    {
        List<AuditEntry> found = [];
        await foreach (var entry in NewestFirstAsync(cancellationToken))
        {
            if (found.Count >= filter.Limit || (entry.Sequence is not null && entry.At < filter.Since - Slack))
            {
                break;
            }

            if (filter.Takes(entry))
            {
                found.Add(entry);
            }
        }

        return found;
    }

    /// <summary>Every link as it is stored, the oldest first, and then what says which is the newest.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await store.GetAsync(keys.AuditHead, cancellationToken) is not { } head)
        {
            yield break;
        }

        var last = StateJson.Read<AuditHeadRecord>(head).Sequence;
        for (var page = 0L; page <= last / StateKeys.AuditPageLength; page++)
        {
            foreach (var link in (await store.ListAsync(keys.AuditPage(page), cancellationToken)).Entries)
            {
                if (string.CompareOrdinal(link.Key, keys.Audit(last)) <= 0)
                {
                    yield return link.Value;
                }
            }
        }

        yield return head.Value;
    }

    // Clocks of replicas differ: entries are in the order of the state, not of their times.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(10);

    private async IAsyncEnumerable<AuditEntry> NewestFirstAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pending = (await store.ListAsync(keys.Prefix + StateKeys.Folders.AuditPending, cancellationToken)).Entries;
        foreach (var entry in pending.OrderByDescending(e => e.CreateRevision))
        {
            yield return Show(null, StateJson.Read<AuditAct>(entry));
        }

        if (await store.GetAsync(keys.AuditHead, cancellationToken) is not { } head)
        {
            yield break;
        }

        for (var page = StateJson.Read<AuditHeadRecord>(head).Sequence / StateKeys.AuditPageLength; page >= 0; page--)
        {
            foreach (var entry in (await store.ListAsync(keys.AuditPage(page), cancellationToken)).Entries.Reverse())
            {
                var link = StateJson.Read<AuditRecord>(entry);
                yield return Show(link.Sequence, link.Act);
            }
        }
    }

    private static AuditEntry Show(long? sequence, AuditAct act) => new(sequence, act.At, act.Who, act.What, act.Subject, act.Outcome, act.Detail, act.Count);
}
