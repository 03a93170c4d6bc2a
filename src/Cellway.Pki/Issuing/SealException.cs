namespace Cellway.Pki.Issuing;

/// <summary>A sealed secret cannot be opened. The message is one line for the person at the terminal.</summary>
public sealed class SealException : Exception
{
    /// <summary>With the line to show.</summary>
    public SealException(string message)
        : base(message)
    {
    }

    /// <summary>With the line to show and what led to it.</summary>
    public SealException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
