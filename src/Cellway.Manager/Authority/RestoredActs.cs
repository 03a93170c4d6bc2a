namespace Cellway.Manager.Authority;

/// <summary>What a restored state learns again from those who come back, as the audit log names it.</summary>
internal static class RestoredActs
{
    /// <summary>How all of them begin.</summary>
    public const string All = "restored ";

    /// <summary>A node that joined after the backup, and the token that it has spent.</summary>
    public const string Node = All + "node";

    /// <summary>A certificate that was issued after the backup.</summary>
    public const string Certificate = All + "certificate";

    /// <summary>A key that was revoked after the backup.</summary>
    public const string Revocation = All + "revocation";

    /// <summary>How much of what a Core has counted was in the books that are lost.</summary>
    public const string Usage = All + "usage";
}
