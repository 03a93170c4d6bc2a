using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Cellway.DataPlane.Vless;

namespace Cellway.IntegrationTests.DataPlane;

/// <summary>The platform's WebSocket as a client of the Entry, whose VLESS bytes the test chooses.</summary>
internal sealed class WebSocketClientSide : IDisposable
{
    private readonly HttpMessageInvoker _http;

    private WebSocketClientSide(HttpMessageInvoker http, ClientWebSocket socket) => (_http, Socket) = (http, socket);

    public ClientWebSocket Socket { get; }

    /// <summary>The connection below, to cut.</summary>
    public Socket Wire { get; private set; } = null!;

    public static byte[] Header(byte[] id, IPEndPoint destination) => VlessHeader.Tcp(id, destination);

    /// <param name="path">The network.</param>
    /// <param name="early">What goes with the request.</param>
    /// <param name="token">Ends the wait.</param>
    /// <param name="target">The request's target, if not the tunnel's path.</param>
    /// <exception cref="WebSocketException">It was not upgraded.</exception>
    public static async Task<WebSocketClientSide> ConnectAsync(TestPath path, byte[]? early, CancellationToken token, string? target = null)
    {
        Socket? wire = null;
        var http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                wire = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await wire.ConnectAsync(path.Entry.Endpoint, cancel);
                return new NetworkStream(wire, ownsSocket: true);
            },
            SslOptions = new() { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
        });
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (early is not null)
        {
            socket.Options.AddSubProtocol(System.Buffers.Text.Base64Url.EncodeToString(early));
        }

        try
        {
            await socket.ConnectAsync(new($"wss://{TestPath.EntryDomain}{target ?? $"/{TestPath.ClientName}"}"), http, token);
            return new(http, socket) { Wire = wire! };
        }
        catch
        {
            socket.Dispose();
            http.Dispose();
            throw;
        }
    }

    public ValueTask SendAsync(byte[] bytes, CancellationToken token) => Socket.SendAsync(bytes.AsMemory(), WebSocketMessageType.Binary, true, token);

    /// <summary>The next bytes of the stream.</summary>
    public async Task<byte[]> ReadAsync(int count, CancellationToken token)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var read = await Socket.ReceiveAsync(bytes.AsMemory(at), token);
            Assert.NotEqual(WebSocketMessageType.Close, read.MessageType);
            at += read.Count;
        }

        return bytes;
    }

    /// <summary>All bytes up to the close frame.</summary>
    /// <exception cref="WebSocketException">There was none.</exception>
    public async Task<byte[]> ReadToEndAsync(CancellationToken token)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await Socket.ReceiveAsync(buffer.AsMemory(), token) is { MessageType: not WebSocketMessageType.Close } read)
        {
            all.Write(buffer, 0, read.Count);
        }

        return all.ToArray();
    }

    public void Dispose()
    {
        Socket.Dispose();
        _http.Dispose();
    }
}
