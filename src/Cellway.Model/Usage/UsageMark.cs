namespace Cellway.Model.Usage;

/// <summary>A report of a Core, by its place in the chain of them: each says after which one it comes, and is applied there or nowhere.</summary>
/// <param name="Epoch">Which ledger of the Core: random, and a new one whenever the Core has lost the old one.</param>
/// <param name="Sequence">Counts the reports of the epoch from 1.</param>
public readonly record struct UsageMark(ulong Epoch, ulong Sequence)
{
    /// <summary>Before the first report.</summary>
    public static UsageMark None { get; }

    /// <summary>How many reports of this epoch lie between that one and this: none, unless management's state was put back after it had acknowledged them.</summary>
    public ulong MissingAfter(UsageMark before) => Sequence - 1 - (before.Epoch == Epoch ? before.Sequence : 0);
}
