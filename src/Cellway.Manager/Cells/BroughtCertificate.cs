using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Api;
using Cellway.Model.Cells;

namespace Cellway.Manager.Cells;

/// <summary>A web certificate that the operator brings, checked before anything shows it.</summary>
internal static class BroughtCertificate
{
    /// <exception cref="AdminException">It cannot serve the domain; the message says why.</exception>
    public static WebCertificateRecord Read(NewWebCertificate wanted, string domain, Func<byte[], byte[]> seal, TimeProvider time)
    {
        try
        {
            using var leaf = X509Certificate2.CreateFromPem(wanted.Chain, wanted.PrivateKey);
            if (!leaf.MatchesHostname(domain, allowWildcards: true, allowCommonName: false))
            {
                throw AdminException.Invalid($"The certificate is not for {domain}.");
            }

            if (leaf.NotAfter.ToUniversalTime() <= time.GetUtcNow())
            {
                throw AdminException.Invalid($"The certificate ended on {leaf.NotAfter.ToUniversalTime():yyyy-MM-dd}.");
            }

            using AsymmetricAlgorithm key = (AsymmetricAlgorithm?)leaf.GetECDsaPrivateKey() ?? leaf.GetRSAPrivateKey()
                ?? throw AdminException.Invalid("The certificate's key is neither ECDSA nor RSA.");
            var pkcs8 = key.ExportPkcs8PrivateKey();
            var sealedKey = seal(pkcs8);
            CryptographicOperations.ZeroMemory(pkcs8);
            return new() { Chain = CertificatesOf(wanted.Chain), SealedKey = sealedKey, NotAfter = leaf.NotAfter.ToUniversalTime() };
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw AdminException.Invalid("The certificate and key cannot be read: give a PEM chain, leaf first, and its PEM key, not encrypted.");
        }
    }

    // Nothing but the certificates: many tools write the key into the same file, and the chain is stored and sent in the open.
    private static string CertificatesOf(string pem)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(pem);
        var certificates = string.Join('\n', chain.Select(c => c.ExportCertificatePem()));
        foreach (var certificate in chain)
        {
            certificate.Dispose();
        }

        return certificates;
    }
}
