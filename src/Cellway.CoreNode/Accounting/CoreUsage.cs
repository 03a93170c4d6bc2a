using Cellway.DataPlane.Relay;
using Cellway.Model.Contracts;
using Cellway.Model.Devices;
using Cellway.Model.Usage;
using Cellway.Node.PhoneHome;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using UsageMark = Cellway.Model.Usage.UsageMark;

namespace Cellway.CoreNode.Accounting;

/// <summary>A Core's accounting: the ledger, the calendar, and both as phone-home speaks of them.</summary>
internal sealed class CoreUsage : INodeUsage, IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(5);

    private readonly UsageLedger _ledger;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _flushedAt;
    private volatile int _periodDay = 1;

    /// <param name="storage">Where the ledger is kept.</param>
    /// <param name="seal">Seals route ids.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where the ledger says what was lost.</param>
    public CoreUsage(ILedgerStorage storage, RouteSeal seal, TimeProvider time, ILogger logger)
    {
        _time = time;
        _ledger = new(storage, seal, PeriodNow(), logger);
        _flushedAt = time.GetTimestamp();
        _timer = time.CreateTimer(static usage => ((CoreUsage)usage!).Look(), this, LookEvery, LookEvery);
    }

    /// <summary>The counter of a route.</summary>
    public IByteCounter CounterOf(RouteId route) => _ledger.CounterOf(route);

    /// <summary>Takes over on which day periods begin.</summary>
    public void BeginPeriodsOn(int day)
    {
        _periodDay = Math.Clamp(day, 1, UsagePeriod.LastDay);
        _ledger.EnterPeriod(PeriodNow());
    }

    public UsageReport? Report()
    {
        _ledger.EnterPeriod(PeriodNow());
        if (_ledger.Report() is not { } draft)
        {
            return null;
        }

        var report = new UsageReport { Mark = ToWire(draft.Mark), After = ToWire(draft.After), Period = draft.Period };
        report.Routes.AddRange(draft.Routes.Select(r => new RouteUsage
        {
            RouteId = ByteString.CopyFrom(r.Route.ToArray()),
            BytesUp = (ulong)r.Up,
            BytesDown = (ulong)r.Down,
        }));
        return report;
    }

    public bool Acknowledge(UsageAck ack) => _ledger.Acknowledge(FromWire(ack.Of), FromWire(ack.Applied), ack.KnowsEpoch);

    public void Dispose()
    {
        _timer.Dispose();
        _ledger.Flush();
    }

    private static Model.Contracts.UsageMark ToWire(UsageMark mark) => new() { Epoch = mark.Epoch, Sequence = mark.Sequence };

    private static UsageMark FromWire(Model.Contracts.UsageMark? mark) => mark is null ? UsageMark.None : new(mark.Epoch, mark.Sequence);

    private int PeriodNow() => UsagePeriod.Of(_time.GetUtcNow(), _periodDay).Start.DayNumber;

    private void Look()
    {
        _ledger.EnterPeriod(PeriodNow());
        if (_time.GetElapsedTime(_flushedAt) >= FlushEvery)
        {
            _flushedAt = _time.GetTimestamp();
            _ledger.Flush(); // clean pages cost nothing
        }
    }
}
