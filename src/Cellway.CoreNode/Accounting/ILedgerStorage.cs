namespace Cellway.CoreNode.Accounting;

/// <summary>Where a ledger is kept: blocks of numbers that are as durable as their owner makes them, and never move.</summary>
internal interface ILedgerStorage
{
    /// <summary>The blocks there are, all of <see cref="LedgerSlot.PerBlock"/> slots.</summary>
    IReadOnlyList<Memory<long>> Blocks { get; }

    /// <summary>Adds a block of zeros.</summary>
    void Grow();

    /// <summary>Brings everything to where a power cut leaves it.</summary>
    void Flush();
}
