using Cellway.DataPlane.Http2.Flow;
using Cellway.DataPlane.Http2.Frames;

namespace Cellway.DataPlane.Http2;

/// <summary>How one kind of connection behaves. Start from <see cref="NginxServer"/>, <see cref="TrustedServer"/> or <see cref="Client"/>.</summary>
internal sealed record Http2Options
{
    /// <summary>nginx on the outside (wire.md 7.2): its settings, limits, timers and answers. For every listener a stranger can reach.</summary>
    public static Http2Options NginxServer { get; } = new();

    /// <summary>A listener only our own Entries reach: 1 MB windows at once, many streams, resets in any number.</summary>
    public static Http2Options TrustedServer { get; } = new()
    {
        Settings = [new(SettingId.MaxConcurrentStreams, 100_000), new(SettingId.InitialWindowSize, 1 << 20), new(SettingId.MaxFrameSize, 65_536)],
        MaxResetsPerSecond = int.MaxValue,
        IdleTimeout = TimeSpan.Zero,
    };

    /// <summary>Our side of a connection to another node: 1 MB windows, no push, PING every 30 s.</summary>
    public static Http2Options Client { get; } = new()
    {
        Settings = [new(SettingId.EnablePush, 0), new(SettingId.InitialWindowSize, 1 << 20), new(SettingId.MaxFrameSize, 65_536)],
        IdleTimeout = TimeSpan.Zero,
        KeepAliveInterval = TimeSpan.FromSeconds(30),
    };

    /// <summary>The first SETTINGS, in this order; our own limits are taken from it. Default: what nginx 1.22 sends with
    /// <c>http2_max_concurrent_streams 1024</c>. Its own 128 would stall busy Xray clients, which use one connection for everything (wire.md 2.7).</summary>
    public IReadOnlyList<Http2Setting> Settings { get; init; } =
    [
        new(SettingId.MaxConcurrentStreams, 1024), new(SettingId.InitialWindowSize, 65_536), new(SettingId.MaxFrameSize, FrameHeader.MaxLength),
    ];

    /// <summary>The WINDOW_UPDATE(0, n) behind it, in bytes: the connection window is never what limits. nginx: 2147418112.</summary>
    public int ConnectionWindowIncrement { get; init; } = Http2Settings.MaxWindow - Http2Settings.DefaultWindow;

    /// <summary>How far a stream's window may grow with the bandwidth-delay product, in bytes. 16 MB carry 200 MB/s at 80 ms.</summary>
    public int MaxStreamWindow { get; init; } = 16 << 20;

    /// <summary>Longest header name or value, in bytes. nginx's large_client_header_buffers: 8 KB.</summary>
    public int MaxHeaderString { get; init; } = 8192;

    /// <summary>Longest header list, in bytes with 32 per field; more is dropped and the list marked. nginx's buffers: 4 x 8 KB.</summary>
    public int MaxHeaderList { get; init; } = 32 * 1024;

    /// <summary>Longest encoded header block, CONTINUATION included, in bytes.</summary>
    public int MaxHeaderBlock { get; init; } = 64 * 1024;

    /// <summary>Most CONTINUATION frames of one block.</summary>
    public int MaxContinuations { get; init; } = 64;

    /// <summary>Whether a request may carry trailers. nginx ends the connection at a second HEADERS, so the default is no.</summary>
    public bool AllowRequestTrailers { get; init; }

    /// <summary>Streams the peer may reset in a second before the connection ends with ENHANCE_YOUR_CALM (rapid reset).</summary>
    public int MaxResetsPerSecond { get; init; } = 1000;

    /// <summary>Bytes of frames that carry nothing (PING, SETTINGS, empty DATA, …) forgiven before they may only be 8 times the payload. nginx: 1 MB.</summary>
    public long FloodAllowance { get; init; } = 1 << 20;

    /// <summary>Answers (ACKs, resets) that may wait for a peer who does not read, in bytes, before the connection is cut.</summary>
    public int MaxQueuedControl { get; init; } = 256 * 1024;

    /// <summary>The out-buffer, in bytes: what may be framed while a write is in progress. 14 TLS records; larger only adds latency.</summary>
    public int OutBufferSize { get; init; } = 14 * 16_384;

    /// <summary>Largest DATA frame we send where the peer allows it, in bytes.</summary>
    public int MaxSentFrame { get; init; } = 65_536;

    /// <summary>Bytes one stream may send before the next one's turn.</summary>
    public int Quantum { get; init; } = 16_384;

    /// <summary>Payload that may queue on one connection, in bytes, before the stream that wants more is reset.</summary>
    public long MaxQueuedData { get; init; } = 256L << 20;

    /// <summary>The bound of all queues of the process together. Default: one of 1 GB per options instance; share one.</summary>
    public BufferBudget Budget { get; init; } = new(1L << 30);

    /// <summary>Bytes one connection may read before it lets others run.</summary>
    public int ReadBudget { get; init; } = 1 << 18;

    /// <summary>Time for the preface and the first request, and for the rest of a begun header block. nginx: 60 s.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection without streams lives after the first request. nginx: 75 s. Zero: for ever, also before the first request.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>How long a write may make no progress. nginx: 60 s.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the peer's last bytes are awaited after our end of the connection. nginx: 5 s.</summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A client's PING when nothing was received for so long. Zero: none. Servers send none in any case.</summary>
    public TimeSpan KeepAliveInterval { get; init; }

    /// <summary>How long after such a PING silence means the connection is dead.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);
}
