using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Http2;
using Cellway.DataPlane.Http2.Hpack;
using Cellway.DataPlane.Relay;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cellway.Benchmarks.Scale;

/// <summary>A node's connection to management, over the data plane's own HTTP/2: a tenth of what HttpClient takes of the two cores that both sides share.</summary>
internal sealed class NodeConnection : ConnectionHandler, IDisposable
{
    private static readonly Http2Sweeper Sweeper = new(TimeProvider.System);
    private static readonly Http2Options Options = Http2Options.Client with { KeepAliveInterval = TimeSpan.Zero };

    // Nothing but ends there, as nodes pin the server by their own rule: a chain that is not looked at is the shortest one.
    private static readonly X509ChainPolicy NoChain = new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private NodeConnection(Http2Transport transport) => Connection = new(transport, isClient: true, this, Options, Sweeper, NullLogger.Instance);

    public Http2Connection Connection { get; }

    [SuppressMessage("Security", "CA5359", Justification = "Not what is measured: nodes pin the server, and that is tested where nodes are.")]
    public static async Task<NodeConnection> OpenAsync(IPEndPoint server, SslStreamCertificateContext? certificate)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var bulk = new BulkStream(socket, tls: true);
        var tls = new SslStream(bulk);
        try
        {
            await socket.ConnectAsync(server);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "management",
                AllowTlsResume = false,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                EnabledSslProtocols = SslProtocols.Tls13,
                CertificateChainPolicy = NoChain,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
                ClientCertificateContext = certificate,
            });
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }

        var connection = new NodeConnection(new(tls, bulk));
        _ = connection.Connection.RunAsync();
        await connection._ready.Task;
        return connection;
    }

    /// <summary>The head of a call.</summary>
    public static byte[] HeadOf(string method) => new HpackWriter()
        .Add(":method"u8, "POST"u8).Add(":scheme"u8, "https"u8).Add(":path"u8, System.Text.Encoding.ASCII.GetBytes("/cellway.phonehome.PhoneHome/" + method))
        .Add(":authority"u8, "management"u8).Add("te"u8, "trailers"u8).Add("content-type"u8, "application/grpc"u8).ToArray();

    public override void OnReady() => _ready.TrySetResult();

    public override void OnClosed() => _ready.TrySetException(new IOException("management closed the connection"));

    public void Dispose() => Connection.Abort();
}
