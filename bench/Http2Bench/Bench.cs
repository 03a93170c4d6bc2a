using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Frames;
using Cellway.DataPlane.Http2.Hpack;
using Cellway.DataPlane.Relay;
using Microsoft.Extensions.Logging;

namespace Cellway.Http2Bench;

/// <summary>What the roles share.</summary>
internal static class Bench
{
    public static readonly Http2Sweeper Sweeper = new(TimeProvider.System);
    public static readonly ILogger Log = Environment.GetEnvironmentVariable("VERBOSE") is null
        ? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance
        : LoggerFactory.Create(b => b.AddSimpleConsole().SetMinimumLevel(LogLevel.Debug)).CreateLogger("h2");

    public static readonly byte[] Head = new HpackWriter()
        .Add(":method"u8, "POST"u8).Add(":scheme"u8, "https"u8).Add(":path"u8, "/svc.Svc/Tun"u8).Add(":authority"u8, "x.test"u8)
        .Add("content-type"u8, "application/grpc"u8).Add("te"u8, "trailers"u8).ToArray();

    public static readonly byte[] Ok = new HpackWriter().Indexed(8).Literal(31, "application/grpc"u8, HpackForm.WithoutIndexing).ToArray();
    public static readonly byte[] Trailers = new HpackWriter().Add("grpc-status"u8, "0"u8).ToArray();

    public static Http2Options Client { get; } = Tune(Http2Options.Client);

    public static Http2Options Server { get; } = Tune(Http2Options.TrustedServer);

    private static Http2Options Tune(Http2Options options)
    {
        if (Environment.GetEnvironmentVariable("OUTBUF") is { } size)
        {
            options = options with { OutBufferSize = int.Parse(size) };
        }

        if (Environment.GetEnvironmentVariable("QUANTUM") is { } quantum)
        {
            options = options with { Quantum = int.Parse(quantum) };
        }

        if (Environment.GetEnvironmentVariable("READBUDGET") is { } budget)
        {
            options = options with { ReadBudget = int.Parse(budget) };
        }

        if (Environment.GetEnvironmentVariable("WINDOW") is { } window)
        {
            options = options with
            {
                Settings = [.. options.Settings.Select(s => s.Id == SettingId.InitialWindowSize ? s with { Value = uint.Parse(window) } : s)],
            };
        }

        return options;
    }

    public static Socket Listen(string readyFile)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(4096);
        File.WriteAllText(readyFile + ".tmp", ((IPEndPoint)listener.LocalEndPoint!).Port.ToString());
        File.Move(readyFile + ".tmp", readyFile);
        return listener;
    }

    public static async Task ServeAsync(Socket listener, Func<ConnectionHandler> handler)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x.test", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), "");
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true),
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            EnabledSslProtocols = SslProtocols.Tls13,
        };
        while (true)
        {
            var socket = await listener.AcceptAsync();
            socket.NoDelay = true;
            _ = OneAsync(socket);
        }

        async Task OneAsync(Socket socket)
        {
            try
            {
                var bulk = new BulkStream(socket, tls: true);
                var tls = new SslStream(bulk);
                await tls.AuthenticateAsServerAsync(options);
                await new Http2Connection(new(tls, bulk), false, handler(), Server, Sweeper, Log).RunAsync();
            }
            catch (Exception exception)
            {
                Console.Error.WriteLine(exception.Message);
                socket.Dispose();
            }
        }
    }

    public static async Task<Http2Connection> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var bulk = new BulkStream(socket, tls: true);
        var tls = new SslStream(bulk);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "x.test",
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            EnabledSslProtocols = SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });
        var ready = new ReadySignal();
        var connection = new Http2Connection(new(tls, bulk), true, ready, Client, Sweeper, Log);
        _ = connection.RunAsync();
        await ready.Task;
        return connection;
    }

    private sealed class ReadySignal : ConnectionHandler
    {
        private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _ready.Task;

        public override void OnReady() => _ready.TrySetResult();
    }
}
