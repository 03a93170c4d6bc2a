namespace Cellway.DataPlane.Tunnel.Client;

/// <summary>The Entry answered as a web site does: the service name or the credential is not accepted, or no Core can be reached.</summary>
public sealed class TunnelRefusedException : IOException
{
    /// <summary>Made with the HTTP status that came instead of a tunnel.</summary>
    public TunnelRefusedException(int status)
        : base($"The server answered with HTTP status {status} instead of a tunnel.") => Status = status;

    /// <summary>The HTTP status.</summary>
    public int Status { get; }
}
