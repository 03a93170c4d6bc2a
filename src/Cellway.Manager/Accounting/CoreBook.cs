using Cellway.Manager.Audit;
using Cellway.Model.Audit;
using Cellway.Model.State;
using Cellway.Model.Usage;

namespace Cellway.Manager.Accounting;

/// <summary>Writes steps of Cores' books: several Cores' together, each whole or not at all.</summary>
internal sealed class CoreBook(IStateStore store, StateKeys keys)
{
    // Where a page would grow beyond this, the period's following ones are split.
    private const int SplitBytes = 256 * 1024;

    /// <summary>What a Core's record says in the state now.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public async Task<KnownUsage> ReadAsync(string core, CancellationToken cancellationToken) =>
        await store.GetAsync(keys.Usage(core), cancellationToken) is { } entry
            ? new(StateJson.Read<CoreUsageRecord>(entry), entry.ModRevision)
            : new(null, 0);

    /// <summary>Adds a step to a transaction.</summary>
    /// <returns>The bytes it adds.</returns>
    public async Task<PreparedStep> PrepareAsync(KnownUsage before, CoreStep step, CancellationToken cancellationToken)
    {
        List<(string Key, long Revision, byte[] Value)> writes = [];
        var record = step.Record;
        foreach (var (period, name, adds) in step.Pages)
        {
            var key = keys.UsagePage(period, record.Core, name);
            var entry = await store.GetAsync(key, cancellationToken);
            var page = entry is null
                ? new() { Core = record.Core, Participant = record.Participant, Period = period.Start }
                : StateJson.Read<UsagePageRecord>(entry);
            var value = StateJson.Write(page with { Bytes = page.Bytes.Plus(adds) });
            if (value.Length > SplitBytes && period.Start == record.Period)
            {
                record = record with { Split = true };
            }

            writes.Add((key, entry?.ModRevision ?? 0, value));
        }

        writes.Add((keys.Usage(record.Core), before.Revision, StateJson.Write(record)));
        return new(record, writes, step.Applies);
    }

    /// <summary>The step with an entry of the audit log.</summary>
    public PreparedStep Noting(PreparedStep step, AuditAct act)
    {
        var note = new StateTransaction().Note(keys, act).Writes[0];
        return step with { Writes = [.. step.Writes, (note.Key, 0, note.Value!.Value.ToArray())] };
    }

    /// <returns>The revision of the write; 0 when somebody else has written one of the books.</returns>
    public async Task<long> TryCommitAsync(IEnumerable<PreparedStep> steps, CancellationToken cancellationToken)
    {
        var result = await store.CommitAsync(TransactionOf(steps), cancellationToken);
        return result.Succeeded ? result.Revision : 0;
    }

    /// <summary>Writes all of the steps, if all of the books are as they were read.</summary>
    public static StateTransaction TransactionOf(IEnumerable<PreparedStep> steps)
    {
        var transaction = new StateTransaction();
        foreach (var (key, revision, value) in steps.SelectMany(s => s.Writes))
        {
            transaction.Require(key, revision).Put(key, value);
        }

        return transaction;
    }
}
