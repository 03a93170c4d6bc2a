using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Relay;
using Cellway.DataPlane.Tunnel.Hosting;

namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>The HTTP/2 connections to Cores: few, shared, long-lived, because censors count handshakes to one name.</summary>
internal sealed class CoreConnections(EntryServerOptions options, Func<X509Certificate2> certificate) : ICoreTransport, IDisposable
{
    private const int StreamWindow = 1024 * 1024;

    private readonly Dictionary<CoreKey, HttpMessageInvoker> _connections = [];
    private readonly Lock _lock = new();

    public async Task<ICoreCall> OpenAsync(CoreRoute route, CancellationToken cancellationToken)
    {
        var uri = UriOf(route, $"/{route.ServiceName}/Tun");
        return new CoreCall(await DuplexCall.OpenAsync(Get(CoreKey.Of(route)), uri, cancellationToken));
    }

    /// <summary>Fetches the Core's front page over a connection of its own, so that the handshake is part of the test.</summary>
    /// <returns><see langword="null"/> when all was well, else what was wrong.</returns>
    public async Task<string?> ProbeAsync(CoreRoute route, CancellationToken cancellationToken)
    {
        using var http = Create(CoreKey.Of(route));
        using var request = new HttpRequestMessage(HttpMethod.Get, UriOf(route, "/"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            return (int)response.StatusCode < 500 ? null : $"The Core answered with HTTP status {(int)response.StatusCode}.";
        }
        catch (HttpRequestException e)
        {
            return e.HttpRequestError switch
            {
                HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => "The Core cannot be reached.",
                HttpRequestError.SecureConnectionError => "The TLS handshake failed: the certificate is not the route's, or TLS 1.3 is not spoken.",
                _ => "The connection was cut: the Core does not accept this Entry's certificate.",
            };
        }
        catch (IOException)
        {
            return "The connection was cut: the Core does not accept this Entry's certificate.";
        }
    }

    /// <summary>Forgets the connections to a Core.</summary>
    public void Close(string coreId) => Drop(key => key.CoreId == coreId);

    public void Dispose() => Drop(_ => true);

    private static Uri UriOf(CoreRoute route, string path)
    {
        var port = route.EndPoint switch { IPEndPoint ip => ip.Port, DnsEndPoint dns => dns.Port, _ => 0 };
        return Uri.TryCreate($"https://{route.ExitDomain}:{port}{path}", UriKind.Absolute, out var uri)
            ? uri
            : throw new IOException("The route has no usable exit domain or port.");
    }

    private HttpMessageInvoker Get(CoreKey key)
    {
        lock (_lock)
        {
            if (!_connections.TryGetValue(key, out var http))
            {
                // A Core with a new key or address has restarted or moved: its old connections serve no route any more.
                Drop(old => old.CoreId == key.CoreId && old.ExitDomain == key.ExitDomain);
                _connections[key] = http = Create(key);
            }

            return http;
        }
    }

    private void Drop(Func<CoreKey, bool> condition)
    {
        lock (_lock)
        {
            foreach (var key in _connections.Keys.Where(condition).ToList())
            {
                _connections.Remove(key, out var http);
                http!.Dispose(); // open streams finish
            }
        }
    }

    private HttpMessageInvoker Create(CoreKey key) => new(new SocketsHttpHandler
    {
        ConnectCallback = (_, token) => ConnectAsync(key.EndPoint, token),
        ConnectTimeout = options.OpenTimeout,
        EnableMultipleHttp2Connections = true,
        InitialHttp2StreamWindowSize = StreamWindow,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(10),
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
            TargetHost = key.ExitDomain,
            EnabledSslProtocols = SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate(),
            RemoteCertificateValidationCallback = (_, leaf, _, _) =>
                leaf is X509Certificate2 presented && KeyHash.Of(presented) == key.CertificateKeyHash,
        },
    });

    private async ValueTask<Stream> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken)
    {
        var family = options.OutboundAddress?.AddressFamily ?? (endpoint is IPEndPoint ip ? ip.AddressFamily : AddressFamily.Unspecified);
        var socket = family == AddressFamily.Unspecified
            ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            if (options.OutboundAddress is { } local)
            {
                socket.Bind(new IPEndPoint(local, 0));
            }

            await socket.ConnectAsync(endpoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
