namespace Cellway.State.Sqlite;

/// <summary>The state file cannot be used as it is. The message says why, and what to do.</summary>
public sealed class StateStoreFileException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which file, why, and what to do.</param>
    /// <param name="innerException">The failure below.</param>
    public StateStoreFileException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
