using System.Collections.Concurrent;
using System.Security.Cryptography;
using Cellway.DataPlane.Relay;
using Cellway.Model.Devices;
using Cellway.Model.Usage;
using Microsoft.Extensions.Logging;

namespace Cellway.CoreNode.Accounting;

/// <summary>What this Core has carried and management has not acknowledged: counted in place, reported in a chain, forgotten once applied.</summary>
/// <remarks>
/// Sessions add to counters that live in the storage itself. A report freezes the totals of some routes: they are written,
/// then the phase is, and only then the report is sent; until it is acknowledged its content cannot change. An acknowledgement
/// is one write too, after which the frozen totals become the acknowledged ones, however often that is begun. So a process that is
/// killed anywhere finds a ledger that is before a step or after it.
/// </remarks>
internal sealed class UsageLedger
{
    /// <summary>The most routes in one report.</summary>
    public const int MaxRoutes = 2048;

    private readonly Lock _lock = new();
    private readonly ILedgerStorage _storage;
    private readonly RouteSeal _seal;
    private readonly ILogger _logger;
    private readonly LedgerHeader _header;
    private readonly ConcurrentDictionary<RouteId, SlotCounter> _counters = new();
    private readonly Dictionary<(RouteId Route, int Period), LedgerSlot> _slots = [];
    private readonly Dictionary<(RouteId Route, int Period), (long Up, long Down)> _inherited = []; // what an earlier process counted, while nobody knows whether management has it
    private readonly Stack<LedgerSlot> _free = new();
    private int _period;
    private UsageReportDraft? _out;

    /// <param name="storage">Where it is kept.</param>
    /// <param name="seal">Seals route ids.</param>
    /// <param name="period">The first day of the present period, as <see cref="DateOnly.DayNumber"/>.</param>
    /// <param name="logger">Where it says what was lost.</param>
    public UsageLedger(ILedgerStorage storage, RouteSeal seal, int period, ILogger logger)
    {
        (_storage, _seal, _period, _logger) = (storage, seal, period, logger);
        if (storage.Blocks.Count == 0)
        {
            storage.Grow();
        }

        _header = new(storage.Blocks[0][..LedgerSlot.Length]);
        if (_header.IsOwn(seal))
        {
            Load();
        }
        else
        {
            Begin();
        }
    }

    /// <summary>The counter of a route.</summary>
    public IByteCounter CounterOf(RouteId route)
    {
        if (_counters.TryGetValue(route, out var known))
        {
            return known;
        }

        lock (_lock)
        {
            return _counters.GetOrAdd(route, r => new SlotCounter(SlotOf(r)));
        }
    }

    /// <summary>Whatever is counted from now on belongs to that period.</summary>
    public void EnterPeriod(int period)
    {
        lock (_lock)
        {
            if (period == _period)
            {
                return;
            }

            foreach (var (key, slot) in _slots.Where(s => s.Key.Period != _period && !s.Value.IsOpen).ToList())
            {
                _slots.Remove(key); // nobody has counted there since the period before last ended
                slot.Free();
                _free.Push(slot);
            }

            _period = period;
            foreach (var (route, counter) in _counters)
            {
                counter.MoveTo(SlotOf(route));
            }
        }
    }

    /// <summary>The report that is out, or a new one; <see langword="null"/> when everything has been acknowledged.</summary>
    public UsageReportDraft? Report()
    {
        lock (_lock)
        {
            return _out ??= _header.Phase == LedgerPhase.Frozen ? Draft() : Freeze();
        }
    }

    /// <summary>Management's answer to a report.</summary>
    /// <param name="of">Which report.</param>
    /// <param name="applied">The last one that management has applied.</param>
    /// <param name="isKnown">Whether management has ever applied one of this ledger's epoch.</param>
    /// <returns>Whether another report is due at once: the one that was out could not hold everything, or must go out anew.</returns>
    public bool Acknowledge(UsageMark of, UsageMark applied, bool isKnown)
    {
        lock (_lock)
        {
            if (_out is not { } answered || of != answered.Mark)
            {
                return false; // the answer to an earlier one, late
            }

            if (applied == answered.Mark)
            {
                _header.Enter(LedgerPhase.Acknowledged, answered.Mark.Sequence);
                _storage.Flush();
                Settle();
                return answered.Routes.Count == MaxRoutes || answered.Period != _period;
            }

            if (applied == answered.After)
            {
                return false; // it has not got it: it is sent again in its time
            }

            Rebase(answered, applied, isKnown);
            return true;
        }
    }

    /// <summary>Brings what was counted to where a power cut leaves it.</summary>
    public void Flush() => _storage.Flush();

    private void Begin()
    {
        var wasEmpty = _storage.Blocks.All(b => !b.Span.ContainsAnyExcept(0L));
        foreach (var block in _storage.Blocks)
        {
            block.Span.Clear();
        }

        if (!wasEmpty)
        {
            AccountingLog.Damaged(_logger);
        }

        _header.Begin(NewEpoch(), UsageMark.None, _seal);
        _storage.Flush();
        foreach (var slot in All())
        {
            _free.Push(slot);
        }
    }

    private void Load()
    {
        if (_header.Phase == LedgerPhase.Acknowledged)
        {
            Settle();
        }

        foreach (var slot in All())
        {
            if (!slot.IsFree && !slot.IsSound)
            {
                AccountingLog.Damaged(_logger);
                slot.Free();
            }

            // Slots are given back here only: while the process runs, a session may hold any of them.
            if (slot.IsFree || !slot.IsOpen || !_slots.TryAdd(KeyOf(slot), slot))
            {
                slot.Free();
                _free.Push(slot);
            }
            else
            {
                _inherited[KeyOf(slot)] = slot.Total;
            }
        }
    }

    private UsageReportDraft? Freeze()
    {
        var open = _slots.Where(s => s.Value.IsOpen).ToList();
        if (open.Count == 0)
        {
            return null;
        }

        var period = open.Min(s => s.Key.Period);
        var chosen = open.Where(s => s.Key.Period == period).Take(MaxRoutes).Select(s => s.Key).ToHashSet();
        foreach (var (key, slot) in _slots)
        {
            var line = slot;
            line.Frozen = chosen.Contains(key) ? slot.Total : slot.Acknowledged;
        }

        var header = _header;
        header.FrozenPeriod = period;
        _storage.Flush();
        _header.Enter(LedgerPhase.Frozen, _header.Mark.Sequence + 1);
        _storage.Flush();
        return Draft();
    }

    private UsageReportDraft Draft() => new(
        _header.Mark,
        _header.Base,
        _header.FrozenPeriod,
        [
            .. _slots.Where(s => s.Value.Frozen != s.Value.Acknowledged)
                .Select(s => (s.Key.Route, s.Value.Frozen.Up - s.Value.Acknowledged.Up, s.Value.Frozen.Down - s.Value.Acknowledged.Down)),
        ]);

    private void Settle()
    {
        foreach (var slot in All().Where(s => !s.IsFree))
        {
            var line = slot;
            line.Acknowledged = slot.Frozen;
        }

        var header = _header;
        header.Base = _header.Mark;
        _storage.Flush();
        _header.Enter(LedgerPhase.Idle, _header.Mark.Sequence);
        _out = null;
        _inherited.Clear(); // the chain holds: what was inherited is as good as what was counted
    }

    // Management stands where this ledger does not expect it.
    private void Rebase(UsageReportDraft answered, UsageMark applied, bool isKnown)
    {
        var header = _header;
        if (!isKnown || (applied.Epoch == answered.After.Epoch && applied.Epoch == answered.Mark.Epoch && applied.Sequence < answered.After.Sequence))
        {
            // This ledger has just begun, or management's state was put back: nothing of the report has been applied.
            header.Base = applied;
            _out = answered with { After = applied };
            _storage.Flush();
            return;
        }

        // This ledger is older than what management knows: a copy, or one that was put back. What it says of the time before this
        // process, and what has been sent already, may have been applied under another mark: it is dropped, never counted twice.
        long dropped = 0;
        foreach (var (key, slot) in _slots)
        {
            var (line, before) = (slot, slot.Acknowledged);
            var (up, down) = Later(Later(before, slot.Frozen), _inherited.GetValueOrDefault(key));
            line.Acknowledged = line.Frozen = (up, down);
            dropped += up - before.Up + (down - before.Down);
        }

        header.Begin(NewEpoch(), applied, _seal);
        _storage.Flush();
        _inherited.Clear();
        _out = null;
        AccountingLog.LedgerIsOld(_logger, dropped);
    }

    private LedgerSlot SlotOf(RouteId route)
    {
        if (_slots.TryGetValue((route, _period), out var slot))
        {
            return slot;
        }

        if (_free.Count == 0)
        {
            _storage.Grow();
            foreach (var added in SlotsOf(_storage.Blocks[^1]))
            {
                _free.Push(added);
            }
        }

        slot = _free.Pop();
        slot.Take(route, _period, _seal);
        _slots.Add((route, _period), slot);
        return slot;
    }

    private (RouteId Route, int Period) KeyOf(LedgerSlot slot) => (slot.OpenId(_seal), slot.Period);

    private IEnumerable<LedgerSlot> All() => _storage.Blocks.SelectMany(SlotsOf).Skip(1);

    private static IEnumerable<LedgerSlot> SlotsOf(Memory<long> block) =>
        Enumerable.Range(0, LedgerSlot.PerBlock).Select(i => new LedgerSlot(block.Slice(i * LedgerSlot.Length, LedgerSlot.Length)));

    private static (long Up, long Down) Later((long Up, long Down) left, (long Up, long Down) right) => (Math.Max(left.Up, right.Up), Math.Max(left.Down, right.Down));

    // Never 0, which is no mark.
    private static ulong NewEpoch()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes) | 1;
    }
}
