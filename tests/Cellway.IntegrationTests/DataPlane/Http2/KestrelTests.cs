using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;
using Cellway.DataPlane.Relay;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.IntegrationTests.DataPlane.Http2;

/// <summary>Our client against Kestrel, over real TLS sockets.</summary>
public sealed class KestrelTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Post_ManyStreams_AreEchoedWithTrailers()
    {
        await using var app = await StartAsync();
        using var sweeper = new Http2Sweeper(TimeProvider.System);
        var connection = await ConnectAsync(app, sweeper);
        var run = connection.RunAsync();

        await Task.WhenAll(Enumerable.Range(1, 30).Select(async i =>
        {
            var body = TlsHttp2Server.Body(i * 100_000);
            var handler = new Collect();
            var stream = connection.TryOpen(handler, Head)!;
            stream.SendData(body);
            stream.SendEnd();
            await handler.Ended.WaitAsync(TimeSpan.FromSeconds(30), Token);
            Assert.Equal(body, handler.Body.ToArray());
            Assert.Contains(":status: 200", handler.Lines);
            Assert.Contains("x-sum: " + body.Length, handler.Lines);
        }));

        connection.Drain();
        await run.WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    [Fact]
    public async Task Drain_OfTheServer_IsSeenAndTheConnectionEnds()
    {
        await using var app = await StartAsync();
        using var sweeper = new Http2Sweeper(TimeProvider.System);
        var connection = await ConnectAsync(app, sweeper);
        var run = connection.RunAsync();
        var handler = new Collect();
        connection.TryOpen(handler, Head)!.SendEnd();
        await handler.Ended.WaitAsync(TimeSpan.FromSeconds(20), Token);

        await app.StopAsync(Token);

        await run.WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.True(connection.IsDraining);
        Assert.Null(connection.TryOpen(new Collect(), Head));
    }

    private static byte[] Head => new HpackWriter()
        .Add(":method"u8, "POST"u8).Add(":scheme"u8, "https"u8).Add(":path"u8, "/echo"u8).Add(":authority"u8, "localhost"u8)
        .Add("te"u8, "trailers"u8).ToArray();

    private static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(TlsHttp2Server.Certificate);
        }));
        var app = builder.Build();
        app.Run(async context =>
        {
            var buffer = new byte[10_000];
            long sum = 0;
            int count;
            while ((count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
            {
                sum += count;
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
            }

            context.Response.AppendTrailer("x-sum", sum.ToString(System.Globalization.CultureInfo.InvariantCulture));
        });
        await app.StartAsync(Token);
        return app;
    }

    private static async Task<Http2Connection> ConnectAsync(WebApplication app, Http2Sweeper sweeper)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(app.Urls.First()).Port, Token);
        var bulk = new BulkStream(socket, tls: true);
        var tls = new SslStream(bulk, false, TlsHttp2Server.Trusts);
        await tls.AuthenticateAsClientAsync(new() { TargetHost = "localhost", ApplicationProtocols = [SslApplicationProtocol.Http2] }, Token);
        return new(new(tls, bulk), true, new Quiet(), Http2Options.Client, sweeper, NullLogger.Instance);
    }

    private sealed class Quiet : ConnectionHandler;

    private sealed class Collect : StreamHandler
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        public MemoryStream Body { get; } = new();

        public ConcurrentQueue<string> Lines { get; } = [];

        public override void OnHeaders(HeaderList headers, bool endStream)
        {
            for (var i = 0; i < headers.Count; i++)
            {
                Lines.Enqueue(Encoding.ASCII.GetString(headers.Name(i)) + ": " + Encoding.ASCII.GetString(headers.Value(i)));
            }
        }

        public override void OnData(ReadOnlySpan<byte> data)
        {
            Body.Write(data);
            Stream.Credit(data.Length);
        }

        public override void OnEnd() => _ended.TrySetResult();

        public override void OnReset(Http2ErrorCode code) => _ended.TrySetException(new IOException(code.ToString()));
    }
}
