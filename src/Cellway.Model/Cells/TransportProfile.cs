namespace Cellway.Model.Cells;

/// <summary>How a cell's clients speak to Entries, and how their handshakes look.</summary>
public sealed record TransportProfile
{
    /// <summary>What every client app can imitate (wire.md 5.2, and sing-box's and mihomo's lists).</summary>
    public static readonly IReadOnlyList<string> KnownFingerprints = ["chrome", "firefox", "safari", "edge", "ios", "android", "random"];

    /// <summary>The profile of a cell that has none of its own: gRPC first, because it needs no round trip of its own for a second session.</summary>
    public static TransportProfile Default { get; } = new()
    {
        Transports = [Transport.Grpc, Transport.WebSocket],
        Fingerprints = ["chrome", "chrome", "chrome", "firefox", "safari", "edge"], // about as many of each as there are
    };

    /// <summary>The transports, the best first; at least one.</summary>
    public required IReadOnlyList<Transport> Transports { get; init; }

    /// <summary>Browsers that clients imitate, mixed over the devices; one that is named twice is given twice as often. At least one.</summary>
    public required IReadOnlyList<string> Fingerprints { get; init; }
}
