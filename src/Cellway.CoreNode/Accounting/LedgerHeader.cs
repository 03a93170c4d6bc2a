using System.Runtime.InteropServices;
using Cellway.Model.Usage;

namespace Cellway.CoreNode.Accounting;

/// <summary>The first slot of a ledger: where its chain of reports stands.</summary>
/// <remarks><c>form | key check (2) | sequence and phase | epoch | base epoch | base sequence | period of the frozen report | – (8)</c>.</remarks>
internal readonly struct LedgerHeader(Memory<long> numbers)
{
    private const long Form = 0x31_45_47_41_53_55_57_43; // "CWUSAGE1"
    private const int CheckAt = 1;
    private const int StateAt = 3;
    private const int EpochAt = 4;
    private const int BaseAt = 5;
    private const int PeriodAt = 7;

    public LedgerPhase Phase => (LedgerPhase)(State & 3);

    /// <summary>The report that is out, or the last one that was.</summary>
    public UsageMark Mark => new((ulong)Span[EpochAt], (ulong)State >> 2);

    /// <summary>What management has applied, as far as is known.</summary>
    public UsageMark Base
    {
        get => new((ulong)Span[BaseAt], (ulong)Span[BaseAt + 1]);
        set => (Span[BaseAt], Span[BaseAt + 1]) = ((long)value.Epoch, (long)value.Sequence);
    }

    public int FrozenPeriod
    {
        get => (int)Span[PeriodAt];
        set => Span[PeriodAt] = value;
    }

    private long State => Volatile.Read(ref Span[StateAt]);

    private Span<long> Span => numbers.Span;

    /// <summary>Whether there is a ledger of this node's.</summary>
    public bool IsOwn(RouteSeal seal) => Span[0] == Form && MemoryMarshal.AsBytes(Span.Slice(CheckAt, 2)).SequenceEqual(seal.Check) && Phase <= LedgerPhase.Acknowledged;

    /// <summary>Begins a chain.</summary>
    public void Begin(ulong epoch, UsageMark after, RouteSeal seal)
    {
        Enter(LedgerPhase.Idle, 0);
        Span[EpochAt] = (long)epoch;
        Base = after;
        seal.Check.CopyTo(MemoryMarshal.AsBytes(Span.Slice(CheckAt, 2)));
        Volatile.Write(ref Span[0], Form);
    }

    /// <summary>One number, so that whatever happens it is the old one or the new one.</summary>
    public void Enter(LedgerPhase phase, ulong sequence) => Volatile.Write(ref Span[StateAt], (long)(sequence << 2) | (long)phase);
}
