using System.Collections.Concurrent;
using System.Threading.Channels;
using Cellway.Manager.Authority;
using Cellway.Manager.PhoneHome;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Nodes;
using Cellway.Model.State;
using Microsoft.Extensions.Hosting;

namespace Cellway.Manager.Accounting;

/// <summary>Applies reports of Cores: each exactly once, many in one write, and answers them when the state has them.</summary>
/// <remarks>
/// A report is applied if its Core's record stands where the report says it comes after, in the write that moves the record on: so
/// it does not matter which replica does it, how often it tries, or whether an answer of the state was lost.
/// </remarks>
internal sealed class UsageBooks(
    CoreBook book, UsageAttribution attribution, NetworkViewFeed feed, AccountingOptions options, TimeProvider time, AccountingLog log)
    : BackgroundService, IUsageReports
{
    private const int MaxKeys = 120; // etcd takes 128 in one transaction
    private const int MaxBytes = 1_000_000; // and 1.5 MiB

    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, ReceivedReport> _waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KnownUsage> _known = new(StringComparer.Ordinal); // of the loop alone
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _order;

    public void Take(NodeRecord core, UsageReport report, Action<UsageAck> answer)
    {
        var received = ReceivedReport.Read(core, report, answer) with { Order = Interlocked.Increment(ref _order) };
        _waiting.AddOrUpdate(core.Id, received, (_, older) => received with { Order = older.Order }); // what is repeated does not go behind
        _wake.Writer.TryWrite(true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _wake.Reader.WaitToReadAsync(stoppingToken))
            {
                _wake.Reader.TryRead(out _);
                var written = await WriteAsync(stoppingToken);
                await Task.Delay(written ? options.CommitEvery : AgainAfter, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is not written was not answered either: the Cores report it elsewhere.
        }
    }

    /// <summary>Applies what waits, as much as one write may hold.</summary>
    /// <returns>Whether the state answered.</returns>
    internal async Task<bool> WriteAsync(CancellationToken stop)
    {
        var answered = true;
        List<(ReceivedReport Report, PreparedStep Step)> batch = [];
        try
        {
            await GatherAsync(batch, stop);
            if (batch.Count > 0)
            {
                await CommitAsync(batch, stop);
            }
        }
        catch (IOException e)
        {
            // Whether it was written is not known: the records say so when they are read again.
            log.NotWritten(e);
            Forget(batch, refused: 0);
            answered = false;
        }

        if (!_waiting.IsEmpty)
        {
            _wake.Writer.TryWrite(true);
        }

        return answered;
    }

    private async Task GatherAsync(List<(ReceivedReport Report, PreparedStep Step)> batch, CancellationToken stop)
    {
        var (keys, bytes) = (0, 0);
        foreach (var report in _waiting.Values.OrderBy(r => r.Order))
        {
            if ((report.IsAlone && batch.Count > 0) || keys >= MaxKeys || bytes >= MaxBytes)
            {
                continue; // in the next write
            }

            if (await StepAsync(report, stop) is { } step)
            {
                if (batch.Count > 0 && (keys + step.Writes.Count > MaxKeys || bytes + step.Bytes > MaxBytes))
                {
                    continue;
                }

                batch.Add((report, step));
                (keys, bytes) = (keys + step.Writes.Count, bytes + step.Bytes);
                if (report.IsAlone)
                {
                    return;
                }
            }
        }
    }

    /// <returns>What applies the report; <see langword="null"/> when it has been answered without a write.</returns>
    private async Task<PreparedStep?> StepAsync(ReceivedReport report, CancellationToken stop)
    {
        var core = report.Core.Id;
        try
        {
            var isFresh = !_known.TryGetValue(core, out var known);
            known ??= await book.ReadAsync(core, stop);
            if (!isFresh && known.Mark != report.After && known.Mark != report.Mark)
            {
                known = await book.ReadAsync(core, stop); // another replica may have gone on with it
            }

            _known[core] = known;
            if (known.Mark == report.Mark || known.Mark != report.After)
            {
                Done(report);
                report.Reply(known.Record); // it has been applied, or comes after something else
                return null;
            }

            var now = time.GetUtcNow();
            var period = UsagePeriods.Of(report.Day, known.Record is null ? null : new(known.Record.Period), now, feed.Current.Network?.PeriodDay ?? 1);
            var bytes = await attribution.ByDeviceAsync(report, stop);
            var step = await book.PrepareAsync(known, CoreSteps.Apply(known.Record, report.Core, report.Mark, period, bytes, now, options), stop);
            return step.Applies && feed.Current.Restored is { } restored && report.Mark.MissingAfter(report.After) is > 0 and var lost
                ? book.Noting(step, new()
                {
                    At = now, Who = $"core/{core}", What = RestoredActs.Usage, Subject = StateKeys.Folders.Nodes + core,
                    Detail = $"it counts on; {lost} of its reports came after the backup of {restored.MadeAt:u} and are lost",
                })
                : step;
        }
        catch (InvalidDataException e)
        {
            Done(report);
            log.Unreadable(core, e.Message); // not answered: the Core keeps it until the record is repaired
            return null;
        }
    }

    private async Task CommitAsync(List<(ReceivedReport Report, PreparedStep Step)> batch, CancellationToken stop)
    {
        var revision = await book.TryCommitAsync(batch.Select(b => b.Step), stop);
        if (revision == 0)
        {
            Forget(batch, refused: 1); // one of them was written elsewhere: all are read again
            return;
        }

        foreach (var (report, step) in batch)
        {
            _known[report.Core.Id] = new(step.Record, revision);
            if (step.Applies)
            {
                Done(report);
                report.Reply(step.Record);
            }
        }
    }

    private void Forget(List<(ReceivedReport Report, PreparedStep Step)> batch, int refused)
    {
        foreach (var (report, _) in batch)
        {
            _known.Remove(report.Core.Id);
            _waiting.TryUpdate(report.Core.Id, report with { Refusals = report.Refusals + refused }, report);
        }
    }

    private void Done(ReceivedReport report) => _waiting.TryRemove(new(report.Core.Id, report));
}
