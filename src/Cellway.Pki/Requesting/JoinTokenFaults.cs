namespace Cellway.Pki.Requesting;

/// <summary>What to tell a person about a <see cref="JoinTokenFault"/>.</summary>
public static class JoinTokenFaults
{
    /// <summary>One line for the terminal: what is wrong and what to do. Never a part of the token.</summary>
    public static string Describe(this JoinTokenFault fault) => fault switch
    {
        JoinTokenFault.Empty => "The join token is empty: copy the whole text that begins with cw1_.",
        JoinTokenFault.NotAToken => "This is no join token: it must begin with cw1_. Copy it again, whole.",
        JoinTokenFault.UnknownVersion => "This join token is of a newer kind than this program knows: update the program.",
        JoinTokenFault.Damaged => "The join token is malformed: it was cut or changed on the way. Copy it again, whole.",
        JoinTokenFault.None => "The join token is well formed.",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };
}
