using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Cellway.IntegrationTests.DataPlane;

/// <summary>A browser or scanner: trusts any certificate and remembers it.</summary>
internal sealed class Stranger : IDisposable
{
    public Stranger(IPEndPoint server, string name, IPAddress? from = null)
    {
        Http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                if (from is not null)
                {
                    socket.Bind(new IPEndPoint(from, 0));
                }

                await socket.ConnectAsync(server, token);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = new()
            {
                TargetHost = name,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => (Certificate = certificate as X509Certificate2) is not null,
            },
        })
        {
            BaseAddress = new($"https://{name}"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    public HttpClient Http { get; }

    public X509Certificate2? Certificate { get; private set; }

    /// <summary>Everything of an answer but the date.</summary>
    public async Task<string> ShowAsync(HttpMethod method, string target, byte[]? body, CancellationToken token, Version? version = null)
    {
        using var request = new HttpRequestMessage(method, target) { Version = version ?? HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/grpc") } };
        }

        using var response = await Http.SendAsync(request, token);
        var headers = response.Headers.Concat(response.Content.Headers).Where(h => h.Key != "Date").Select(h => $"{h.Key}: {string.Join(',', h.Value)}");
        var text = await response.Content.ReadAsStringAsync(token);
        var trailers = response.TrailingHeaders.Select(h => $"{h.Key}: {string.Join(',', h.Value)}");
        return string.Join('\n', [$"{(int)response.StatusCode}", .. headers, "", text, .. trailers]);
    }

    public void Dispose() => Http.Dispose();
}
