using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Cellway.IntegrationTests.Manager;

/// <summary>HTTP/2 over TLS 1.3 with a client certificate, or with none.</summary>
internal static class TestHttp
{
    [SuppressMessage("Security", "CA5359", Justification = "Whether nodes pin the server is tested where nodes are.")]
    public static SocketsHttpHandler Handler(X509Certificate2? certificate) => new()
    {
        EnableMultipleHttp2Connections = true,
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
        },
    };

    public static HttpClient Client(string endpoint, X509Certificate2? certificate) => new(Handler(certificate))
    {
        BaseAddress = new($"https://{endpoint}"),
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(20),
    };
}
