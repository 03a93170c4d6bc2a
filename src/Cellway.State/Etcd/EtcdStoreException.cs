namespace Cellway.State.Etcd;

/// <summary>The etcd cluster cannot be used as it is. The message says why, and what to do.</summary>
public sealed class EtcdStoreException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which member, why, and what to do.</param>
    /// <param name="innerException">The failure below.</param>
    public EtcdStoreException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
