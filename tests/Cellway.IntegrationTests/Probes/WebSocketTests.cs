using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Front;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.WebSocket;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.IntegrationTests.Probes;

/// <summary>A tunnel over a WebSocket through the listener, with the platform's own client.</summary>
public sealed class WebSocketTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Tunnel_EarlyDataAndMuchMore_IsEchoed()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_limit);
        using var site = new ProbeSite();
        await using var server = FrontListener.Start(
            new() { Listen = new(IPAddress.Loopback, 0) }, new EchoFace(site), TimeProvider.System, NullLogger.Instance);
        using var client = await ConnectAsync(server.Endpoint, "/secret?ed=1", "aGVsbG8", limit.Token);
        var block = new byte[200_000];
        Random.Shared.NextBytes(block);

        var sending = client.SendAsync(block, WebSocketMessageType.Binary, true, limit.Token);
        var received = new byte[5 + block.Length];
        for (var at = 0; at < received.Length;)
        {
            at += (await client.ReceiveAsync(received.AsMemory(at), limit.Token)).Count;
        }

        await sending;
        Assert.Equal("aGVsbG8", client.SubProtocol);
        Assert.Equal("hello", Encoding.ASCII.GetString(received.AsSpan(0, 5)));
        Assert.Equal(block, received[5..]);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
    }

    [Fact]
    public async Task Upgrade_OnAnotherPath_IsTheSites404()
    {
        using var site = new ProbeSite();
        await using var server = FrontListener.Start(
            new() { Listen = new(IPAddress.Loopback, 0) }, new EchoFace(site), TimeProvider.System, NullLogger.Instance);

        var failure = await Assert.ThrowsAsync<WebSocketException>(
            () => ConnectAsync(server.Endpoint, "/other", null, TestContext.Current.CancellationToken));

        Assert.Contains("404", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<ClientWebSocket> ConnectAsync(IPEndPoint server, string path, string? early, CancellationToken token)
    {
        var client = new ClientWebSocket();
        if (early is not null)
        {
            client.Options.AddSubProtocol(early);
        }

        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(server, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = new() { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
        };
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        await client.ConnectAsync(new($"wss://{ProbeSite.Name}{path}"), invoker, token);
        return client;
    }

    private sealed class EchoFace(ProbeSite files) : IFrontFace
    {
        private readonly SiteFace _site = new(files);
        private readonly WebSocketTunnels _tunnels = new(path => path == "/secret", EchoAsync);

        public ValueTask<CoverAnswer> AnswerAsync(CoverRequest request, CancellationToken cancellationToken) =>
            _site.AnswerAsync(request, cancellationToken);

        public Http1Takeover? TryTakeOver(Http1Request request) => _tunnels.TryTakeOver(request);

        public ValueTask<SslServerAuthenticationOptions> ChooseTlsAsync(
            FrontConnection connection, string serverName, CancellationToken cancellationToken) =>
            _site.ChooseTlsAsync(connection, serverName, cancellationToken);

        public ConnectionHandler OpenHttp2(FrontConnection connection) => _site.OpenHttp2(connection);

        private static async Task<bool> EchoAsync(ITunnelCall call)
        {
            call.Accept();
            await call.Input.CopyToAsync(call.Output, call.Aborted);
            await call.CompleteAsync();
            return true;
        }
    }
}
