using System.Runtime.InteropServices;
using Cellway.Model.Devices;

namespace Cellway.CoreNode.Accounting;

/// <summary>One route's place in a ledger: 16 numbers, two cache lines, so that only its own sessions touch the one with the counters.</summary>
/// <remarks>
/// <c>sealed route id (2) | first day of the period | up | down | – (3) | acknowledged up | acknowledged down | frozen up | frozen down | – (4)</c>.
/// All bytes are monotonic totals; what lies between the acknowledged and the frozen ones is the report that is out.
/// </remarks>
internal readonly struct LedgerSlot(Memory<long> numbers)
{
    public const int Length = 16;
    public const int PerBlock = 512;

    private const int PeriodAt = 2;
    private const int UpAt = 3;
    private const int DownAt = 4;
    private const int AcknowledgedAt = 8;
    private const int FrozenAt = 10;

    /// <summary>The two counters.</summary>
    public Memory<long> Counters => numbers.Slice(UpAt, 2);

    public bool IsFree => At(0) == 0 && At(1) == 0;

    public int Period
    {
        get => (int)At(PeriodAt);
        set => Set(PeriodAt, value);
    }

    public (long Up, long Down) Total => (At(UpAt), At(DownAt));

    public (long Up, long Down) Acknowledged
    {
        get => (At(AcknowledgedAt), At(AcknowledgedAt + 1));
        set => (Span[AcknowledgedAt], Span[AcknowledgedAt + 1]) = value;
    }

    public (long Up, long Down) Frozen
    {
        get => (At(FrozenAt), At(FrozenAt + 1));
        set => (Span[FrozenAt], Span[FrozenAt + 1]) = value;
    }

    public bool IsOpen => Total != Acknowledged;

    /// <summary>Whether the numbers can be those of a slot: totals only grow.</summary>
    public bool IsSound
    {
        get
        {
            var ((up, down), (ackUp, ackDown), (frozenUp, frozenDown)) = (Total, Acknowledged, Frozen);
            return ackUp >= 0 && ackDown >= 0 && ackUp <= up && ackDown <= down && frozenUp <= up && frozenDown <= down && Period > 0;
        }
    }

    private Span<long> Span => numbers.Span;

    public RouteId OpenId(RouteSeal seal) => seal.Open(MemoryMarshal.AsBytes(Span[..2]));

    public void Take(RouteId route, int period, RouteSeal seal)
    {
        Span[PeriodAt..].Clear();
        Set(PeriodAt, period);
        seal.Seal(route, MemoryMarshal.AsBytes(Span[..2])); // last: a slot without an id is free
    }

    public void Free() => Span.Clear();

    private long At(int index) => Volatile.Read(ref Span[index]);

    private void Set(int index, long value) => Volatile.Write(ref Span[index], value);
}
