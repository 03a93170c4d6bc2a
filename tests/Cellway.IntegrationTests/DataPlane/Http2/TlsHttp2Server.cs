using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Hpack;
using Cellway.DataPlane.Http2.Web;
using Cellway.DataPlane.Relay;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.IntegrationTests.DataPlane.Http2;

/// <summary>Our server on a loopback port: GET /n answers n bytes, POST echoes.</summary>
internal sealed class TlsHttp2Server : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Http2Sweeper _sweeper = new(TimeProvider.System);
    private readonly List<Task> _connections = [];
    private readonly List<Http2Connection> _open = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Http2Options _options;
    private readonly bool _tls;
    private readonly Task _accepting;

    public TlsHttp2Server(Http2Options? options = null, bool tls = true)
    {
        _options = options ?? Http2Options.NginxServer;
        _tls = tls;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    public static X509Certificate2 Certificate { get; } = MakeCertificate();

    /// <summary>Pins the one certificate.</summary>
    public static bool Trusts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate?.GetCertHashString() == Certificate.Thumbprint;

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _open.ForEach(connection => connection.Abort());
        await Task.WhenAll(_connections).WaitAsync(TimeSpan.FromSeconds(20));
        _sweeper.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        var bulk = new BulkStream(socket, _tls);
        Stream stream = bulk;
        try
        {
            if (_tls)
            {
                var tls = new SslStream(bulk);
                stream = tls;
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = Certificate, ApplicationProtocols = [SslApplicationProtocol.Http2] },
                    _stop.Token);
            }
        }
        catch (Exception)
        {
            await stream.DisposeAsync();
            return;
        }

        var connection = new Http2Connection(new(stream, bulk), false, new Site(_stop.Token), _options, _sweeper, NullLogger.Instance);
        _open.Add(connection);
        await connection.RunAsync();
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), "");
    }

    private sealed class Site(CancellationToken stop) : ConnectionHandler
    {
        public override StreamHandler? OnRequest(Http2Stream stream, HeaderList headers) =>
            headers[":method"u8].SequenceEqual("POST"u8) ? new Echo() : new Get(stop);
    }

    private sealed class Get(CancellationToken stop) : WebRequestHandler
    {
        public override void OnHeaders(HeaderList headers, bool endStream)
        {
            if (!int.TryParse(headers[":path"u8][1..], out var length))
            {
                Respond(Head("404"u8, 3), "no\n"u8);
                return;
            }

            // RespondAsync ends the stream itself; it faults only when the server stops.
            _ = RespondAsync(Head("200"u8, length), new MemoryStream(Body(length)), length, stop)
                .ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
        }
    }

    private sealed class Echo : StreamHandler
    {
        public override void OnHeaders(HeaderList headers, bool endStream) =>
            Stream.SendHeaders(new HpackWriter().Indexed(8).Written);

        public override void OnData(ReadOnlySpan<byte> data)
        {
            // Credit at once, not when sent: HttpClient reads no answer before its whole request is out.
            Stream.SendData(data);
            Stream.Credit(data.Length);
        }

        public override void OnEnd() => Stream.SendEnd();
    }

    public static byte[] Body(int length)
    {
        var body = new byte[length];
        new Random(length).NextBytes(body);
        return body;
    }

    private static byte[] Head(ReadOnlySpan<byte> status, int length)
    {
        Span<byte> digits = stackalloc byte[11];
        length.TryFormat(digits, out var count);
        return new HpackWriter().Add(":status"u8, status).Literal(28, digits[..count], HpackForm.Incremental, huffman: false).ToArray();
    }
}
