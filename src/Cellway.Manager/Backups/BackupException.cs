namespace Cellway.Manager.Backups;

/// <summary>A backup cannot be made, read or restored. The message says why, and what to do; what it was to change is unchanged unless it says otherwise.</summary>
public sealed class BackupException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Why, and what to do.</param>
    /// <param name="innerException">The failure below.</param>
    public BackupException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    internal static BackupException Damaged(Exception? innerException = null) => new(
        "The backup is damaged or incomplete: fetch another copy of it, or take another backup (“cellway backup list”). Nothing was changed.", innerException);
}
