using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Cellway.DataPlane.Tunnel.Hosting;

/// <summary>How TLS looks to strangers: as a web server with a public certificate.</summary>
internal static class WebCertificate
{
    /// <summary>HTTP/2 before HTTP/1.1 whatever the client's order, as nginx does (wire.md 7.1).</summary>
    public static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    private static readonly ConditionalWeakTable<X509Certificate2Collection, SslServerAuthenticationOptions> s_faces = [];

    /// <summary>The face with this certificate; the same one every time, so that clients' TLS sessions outlive a change of anything else.</summary>
    /// <param name="chain">The leaf with its private key first, then the rest.</param>
    /// <exception cref="ArgumentException">There is no leaf with a private key.</exception>
    public static SslServerAuthenticationOptions Face(X509Certificate2Collection chain) => s_faces.GetValue(chain, Make);

    private static SslServerAuthenticationOptions Make(X509Certificate2Collection chain)
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
