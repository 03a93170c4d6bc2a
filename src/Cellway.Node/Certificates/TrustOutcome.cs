namespace Cellway.Node.Certificates;

/// <summary>What a node has made of management's word on whom to believe. Revocations count in every case.</summary>
internal enum TrustOutcome
{
    /// <summary>Signed, and not older than what it had.</summary>
    Taken,

    /// <summary>Signed, but older: roots stay, and nothing is taken back.</summary>
    Older,

    /// <summary>Not signed: the same.</summary>
    Unsigned,
}
