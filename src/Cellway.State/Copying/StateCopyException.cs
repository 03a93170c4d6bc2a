namespace Cellway.State.Copying;

/// <summary>A state was not copied. The message says why, and what to do.</summary>
public sealed class StateCopyException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Why, and what to do.</param>
    public StateCopyException(string message)
        : base(message)
    {
    }
}
