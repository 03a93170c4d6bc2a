namespace Cellway.DataPlane.Front;

/// <summary>How long the web server waits for strangers. Every default is nginx's, so change one only where the nginx it poses as does.</summary>
public sealed record WebTimers
{
    /// <summary>client_header_timeout: for the handshake, and for the whole head of a request. Default 60 s.</summary>
    public TimeSpan Header { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>keepalive_timeout: between two requests. Default 75 s.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>lingering_timeout: for the peer's last bytes. Default 5 s.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(5);
}
