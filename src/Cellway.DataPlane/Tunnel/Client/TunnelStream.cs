namespace Cellway.DataPlane.Tunnel.Client;

/// <summary>A connection to a destination through the network.</summary>
public abstract class TunnelStream : Stream
{
    /// <summary>Ends the sending direction; reading goes on until the destination ends.</summary>
    public abstract ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default);
}
