using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Vless;

namespace Cellway.Benchmarks;

/// <summary>Speaks v2ray's "http" transport: bare VLESS in the bodies of a request and its response (wire.md 4.3).</summary>
internal sealed class V2RayClient : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly Uri _uri;
    private readonly byte[] _id;

    public V2RayClient(IPEndPoint server, Uri uri, Guid id, X509Certificate2Collection roots)
    {
        (_uri, _id) = (uri, id.ToByteArray(bigEndian: true));
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        _http = new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, stop) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(server, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = 1024 * 1024,
            SslOptions = { TargetHost = uri.Host, EnabledSslProtocols = SslProtocols.Tls13, CertificateChainPolicy = policy },
        });
    }

    public async Task<Stream> OpenAsync(EndPoint destination)
    {
        var content = new DuplexContent();
        var request = new HttpRequestMessage(HttpMethod.Put, _uri)
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content,
        };
        request.Headers.Host = _uri.Host; // v2ray compares the authority, and wants no port in it
        var answer = _http.SendAsync(request, default);
        await Task.WhenAny(content.Opened, answer);
        var up = content.Opened.IsCompleted ? await content.Opened : throw new IOException("v2ray cannot be reached.", answer.Exception);
        await up.WriteAsync(VlessHeader.Tcp(_id, destination)); // HttpClient sends the head with the first bytes of the body
        await up.FlushAsync();
        var response = (await answer).EnsureSuccessStatusCode();
        return new V2RayStream(content, up, response, await response.Content.ReadAsStreamAsync());
    }

    public void Dispose() => _http.Dispose();
}
