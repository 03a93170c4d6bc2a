using Cellway.Manager.Leadership;
using Cellway.Manager.View;
using Cellway.Model.State;
using Cellway.Model.Usage;

namespace Cellway.Manager.Accounting;

/// <summary>Closes the books of Cores that have not reported since their period ended, and forgets periods that are long over.</summary>
internal sealed class UsageArchivist(
    IStateStore store, StateKeys keys, CoreBook book, NetworkViewFeed feed, AccountingOptions options, TimeProvider time, AccountingLog log) : IPlanner
{
    internal static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private const int MaxTogether = 100; // etcd takes 128 operations in one transaction

    public string Name => "usage archive";

    public async Task RunAsync(LeaderTerm term, CancellationToken lost)
    {
        while (true)
        {
            var period = feed.Current.PeriodAt(time.GetUtcNow());
            foreach (var core in feed.Current.Nodes.Keys)
            {
                try
                {
                    await CloseAsync(core, period, term, lost);
                }
                catch (InvalidDataException e)
                {
                    log.Unreadable(core, e.Message);
                }
            }

            await ForgetAsync(period, term, lost);
            await Task.Delay(Every, time, lost);
        }
    }

    // Its place in the chain of reports stays: only where the bytes are changes.
    private async Task CloseAsync(string core, UsagePeriod period, LeaderTerm term, CancellationToken lost)
    {
        if (!feed.Current.Usage.HasOpen(core, period))
        {
            return;
        }

        var known = await book.ReadAsync(core, lost);
        while (known.Record is { Open.Count: > 0 } record && new UsagePeriod(record.Period) < period)
        {
            var (rest, pages) = CoreSteps.PageOut(record, time.GetUtcNow());
            var step = await book.PrepareAsync(known, new(rest, pages, Applies: false), lost);
            var result = await term.CommitAsync(CoreBook.TransactionOf([step]), lost);
            known = result.Succeeded ? new(step.Record, result.Revision) : await book.ReadAsync(core, lost);
        }
    }

    private async Task ForgetAsync(UsagePeriod present, LeaderTerm term, CancellationToken lost)
    {
        var oldest = new UsagePeriod(present.Start.AddMonths(-options.KeepPeriods));
        for (var old = oldest.Previous; old > new UsagePeriod(oldest.Start.AddMonths(-13)); old = old.Previous)
        {
            var pages = await store.ListAsync($"{keys.Prefix}{StateKeys.Folders.UsagePages}{old.Start:yyyy-MM}", lost);
            foreach (var together in pages.Entries.Chunk(MaxTogether))
            {
                var transaction = new StateTransaction();
                foreach (var entry in together)
                {
                    transaction.Delete(entry.Key);
                }

                await term.CommitAsync(transaction, lost);
            }

            if (pages.Entries.Count > 0)
            {
                log.Forgotten(old.Start, pages.Entries.Count);
            }
        }
    }
}
