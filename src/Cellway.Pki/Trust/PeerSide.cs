namespace Cellway.Pki.Trust;

/// <summary>On which side of the connection a peer shows its certificate.</summary>
public enum PeerSide
{
    /// <summary>The peer accepted the connection: its certificate must be for serverAuth.</summary>
    Server,

    /// <summary>The peer opened the connection: its certificate must be for clientAuth.</summary>
    Client,
}
