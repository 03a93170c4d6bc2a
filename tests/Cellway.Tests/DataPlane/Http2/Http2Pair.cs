using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Hpack;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.DataPlane.Http2;

/// <summary>A client and a server connection joined in memory.</summary>
internal sealed class Http2Pair : IAsyncDisposable
{
    private readonly Task _clientRun;
    private readonly Task _serverRun;

    public Http2Pair(
        RecordingConnection serverHandler, Http2Options? serverOptions = null, Http2Options? clientOptions = null, int? seed = null)
    {
        Sweeper = new(Time);
        var (a, b) = MemoryDuplex.Create(seed);
        ServerHandler = serverHandler;
        Server = new(new(b), false, serverHandler, serverOptions ?? Http2Options.TrustedServer, Sweeper, NullLogger.Instance);
        Client = new(new(a), true, ClientHandler, clientOptions ?? Http2Options.Client, Sweeper, NullLogger.Instance);
        _serverRun = Server.RunAsync();
        _clientRun = Client.RunAsync();
    }

    public FakeTimeProvider Time { get; } = new();

    public Http2Sweeper Sweeper { get; }

    public Http2Connection Client { get; }

    public Http2Connection Server { get; }

    public RecordingConnection ClientHandler { get; } = new();

    public RecordingConnection ServerHandler { get; }

    public static byte[] Head { get; } = new HpackWriter()
        .Add(":method"u8, "POST"u8).Add(":scheme"u8, "https"u8).Add(":path"u8, "/svc/Tun"u8).Add(":authority"u8, "x.test"u8)
        .Add("content-type"u8, "application/grpc"u8).ToArray();

    public static byte[] Ok { get; } = new HpackWriter().Indexed(8).Literal(31, "application/grpc"u8, HpackForm.Incremental).ToArray();

    public static byte[] Trailers { get; } = new HpackWriter().Add("grpc-status"u8, "0"u8).ToArray();

    /// <summary>Awaits, but not for ever.</summary>
    public static Task Within(Task task) => task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

    public static Task<T> Within<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Abort();
        Server.Abort();
        await Within(Task.WhenAll(_clientRun, _serverRun));
        Sweeper.Dispose();
    }
}
