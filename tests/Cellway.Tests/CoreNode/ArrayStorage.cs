using Cellway.CoreNode.Accounting;

namespace Cellway.Tests.CoreNode;

/// <summary>A ledger's storage that outlives its process, as a file does; the process can be killed where it flushes.</summary>
internal sealed class ArrayStorage : ILedgerStorage
{
    private readonly List<Memory<long>> _blocks = [];

    public IReadOnlyList<Memory<long>> Blocks => _blocks;

    /// <summary>How many flushes the process survives; <see langword="null"/>: any number.</summary>
    public int? FlushesLeft { get; set; }

    public void Grow() => _blocks.Add(new long[LedgerSlot.PerBlock * LedgerSlot.Length]);

    public void Flush()
    {
        if (FlushesLeft is { } left)
        {
            FlushesLeft = left - 1;
            if (left == 0)
            {
                FlushesLeft = null;
                throw new KilledException();
            }
        }
    }

    /// <summary>The same at another time: what a snapshot of the disk holds.</summary>
    public ArrayStorage Copy()
    {
        var copy = new ArrayStorage();
        copy._blocks.AddRange(_blocks.Select(b => new Memory<long>(b.ToArray())));
        return copy;
    }
}
