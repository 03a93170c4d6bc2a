using System.Net;

namespace Cellway.DataPlane.Front;

/// <summary>An accepted connection, for whoever decides what it sees.</summary>
/// <param name="Remote">Who connects.</param>
/// <param name="Local">Our end.</param>
internal sealed record FrontConnection(IPEndPoint Remote, IPEndPoint Local)
{
    /// <summary>Whom the handshake proved the peer to be; <see langword="null"/> for strangers.</summary>
    public object? Identity { get; set; }
}
