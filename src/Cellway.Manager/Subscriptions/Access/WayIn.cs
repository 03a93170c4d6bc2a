using Cellway.Model.Cells;

namespace Cellway.Manager.Subscriptions.Access;

/// <summary>One way into the network.</summary>
/// <param name="Name">Shown to the person; unique among a device's ways.</param>
/// <param name="Host">Where to connect.</param>
/// <param name="Port">And on which port.</param>
/// <param name="ServerName">The SNI to send.</param>
/// <param name="ServiceName">The gRPC service to call, or the path of the WebSocket.</param>
/// <param name="Transport">What carries VLESS.</param>
/// <param name="Fingerprint">The browser whose handshake to imitate.</param>
internal sealed record WayIn(string Name, string Host, int Port, string ServerName, string ServiceName, Transport Transport, string Fingerprint)
{
    /// <summary>The path of a WebSocket.</summary>
    public string Path => "/" + ServiceName;

    /// <summary>Where nothing is: what apps can only show, never use. Its name says why.</summary>
    public static WayIn Nowhere(string name) => new(name, "127.0.0.1", 1, "localhost", "none", Transport.Grpc, "chrome");
}
