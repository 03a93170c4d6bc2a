using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Cellway.DataPlane.Tunnel.Hosting;

/// <summary>How TLS looks to strangers: as a web server with a public certificate.</summary>
internal static class WebCertificate
{
    /// <summary>HTTP/2 before HTTP/1.1 whatever the client's order, as nginx does (wire.md 7.1).</summary>
    public static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    /// <param name="chain">The leaf with its private key first, then the rest.</param>
    /// <exception cref="ArgumentException">There is no leaf with a private key.</exception>
    public static SslServerAuthenticationOptions Face(X509Certificate2Collection chain)
    {
        if (chain is not [{ HasPrivateKey: true } leaf, ..])
        {
            throw new ArgumentException("The first certificate has no private key.", nameof(chain));
        }

        return new()
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),
            ApplicationProtocols = Protocols,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
    }
}
