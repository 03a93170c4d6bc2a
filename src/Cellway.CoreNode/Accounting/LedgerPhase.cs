namespace Cellway.CoreNode.Accounting;

/// <summary>What a ledger was about when it was last seen.</summary>
internal enum LedgerPhase
{
    /// <summary>No report is out; frozen totals mean nothing.</summary>
    Idle = 0,

    /// <summary>A report is out: the frozen totals less the acknowledged ones.</summary>
    Frozen = 1,

    /// <summary>It has been acknowledged, and the frozen totals are becoming the acknowledged ones.</summary>
    Acknowledged = 2,
}
