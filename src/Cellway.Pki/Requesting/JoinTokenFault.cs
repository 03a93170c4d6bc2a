namespace Cellway.Pki.Requesting;

/// <summary>Why a text is no join token.</summary>
public enum JoinTokenFault
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>There is no text.</summary>
    Empty,

    /// <summary>It does not begin as a join token does.</summary>
    NotAToken,

    /// <summary>It is a join token of a version that this program does not know.</summary>
    UnknownVersion,

    /// <summary>It was cut, changed or lengthened on its way here.</summary>
    Damaged,
}
