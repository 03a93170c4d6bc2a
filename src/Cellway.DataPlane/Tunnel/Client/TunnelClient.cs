using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Tunnel.Hosting;
using Cellway.DataPlane.Vless;

namespace Cellway.DataPlane.Tunnel.Client;

/// <summary>Opens connections to destinations through an Entry. Thread-safe; one HTTP/2 connection carries them all.</summary>
public sealed class TunnelClient : IDisposable
{
    private readonly TunnelClientOptions _options;
    private readonly HttpMessageInvoker _http;
    private readonly Uri _uri;

    /// <summary>Makes a client. Connects when the first destination is asked for.</summary>
    /// <exception cref="UriFormatException">The server or service name is none.</exception>
    public TunnelClient(TunnelClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        var port = options.Server switch { IPEndPoint ip => ip.Port, DnsEndPoint dns => dns.Port, _ => 0 };
        _uri = new($"https://{options.ServerName}:{port}/{options.ServiceName}/Tun");
        _http = new(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            ConnectTimeout = options.ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = 1024 * 1024,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            SslOptions = new()
            {
                TargetHost = options.ServerName,
                EnabledSslProtocols = SslProtocols.Tls13,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = IsTrusted,
            },
        });
    }

    /// <summary>Opens a connection to a host name or address.</summary>
    /// <remarks>
    /// Returns as soon as the Entry can be written to: a refused destination shows as an end of the stream, a refused
    /// credential as a <see cref="TunnelRefusedException"/> of the first read.
    /// </remarks>
    /// <param name="destination">An <see cref="IPEndPoint"/>, or a <see cref="DnsEndPoint"/> with an ASCII host.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <exception cref="IOException">The Entry cannot be reached, or its certificate is not trusted.</exception>
    /// <exception cref="ArgumentException">The destination is of another kind, or its name too long.</exception>
    public async ValueTask<TunnelStream> OpenAsync(EndPoint destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var header = VlessHeader.Tcp(_options.Id.Span, destination);
        var stream = new GrpcTunnelStream(await DuplexCall.OpenAsync(_http, _uri, cancellationToken));
        try
        {
            await stream.WriteAsync(header, cancellationToken);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Cuts every connection.</summary>
    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_options.Server, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || _options.ExtraRoots.Count == 0 || certificate is not X509Certificate2 leaf)
        {
            return errors == SslPolicyErrors.None; // a wrong name is never excused
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(_options.ExtraRoots);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null)
        {
            own.ChainPolicy.ExtraStore.AddRange(chain.ChainElements.Select(e => e.Certificate).ToArray());
        }

        return own.Build(leaf);
    }
}
