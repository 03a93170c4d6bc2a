using Cellway.DataPlane.Relay;

namespace Cellway.CoreNode.Accounting;

/// <summary>Counts straight into a slot of the ledger: what is counted is in the file's pages, whatever becomes of the process.</summary>
internal sealed class SlotCounter(LedgerSlot slot) : IByteCounter
{
    private volatile Cell _cell = new(slot);

    public LedgerSlot Slot => _cell.Slot;

    public long Up => Slot.Total.Up;

    public long Down => Slot.Total.Down;

    public void AddUp(long bytes) => Interlocked.Add(ref _cell.Counters.Span[0], bytes);

    public void AddDown(long bytes) => Interlocked.Add(ref _cell.Counters.Span[1], bytes);

    /// <summary>Counts elsewhere from now on: another period has begun.</summary>
    public void MoveTo(LedgerSlot next) => _cell = new(next);

    private sealed class Cell(LedgerSlot slot)
    {
        public LedgerSlot Slot { get; } = slot;

        public Memory<long> Counters { get; } = slot.Counters;
    }
}
