namespace Cellway.Model.State;

/// <summary>The store could not answer in time. A write may or may not have been applied: read before retrying.</summary>
public sealed class StateUnavailableException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was asked, and of which store.</param>
    /// <param name="innerException">The failure below.</param>
    public StateUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>The changes asked for are no longer kept.</summary>
public sealed class StateCompactedException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="compactRevision">The oldest revision that can still be watched from.</param>
    public StateCompactedException(long compactRevision)
        : base($"Changes before revision {compactRevision} are no longer kept; list again and watch from there.")
    {
        CompactRevision = compactRevision;
    }

    /// <summary>The oldest revision that can still be watched from.</summary>
    public long CompactRevision { get; }
}
