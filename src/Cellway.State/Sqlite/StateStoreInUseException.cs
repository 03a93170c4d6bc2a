namespace Cellway.State.Sqlite;

/// <summary>Another process, or another store in this one, has the state file open.</summary>
public sealed class StateStoreInUseException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The state file.</param>
    /// <param name="innerException">The failure below.</param>
    public StateStoreInUseException(string path, Exception? innerException = null)
        : base($"The state file {path} is in use by another Cellway process. Stop that process, or give this one a file of its own.", innerException)
    {
    }
}
