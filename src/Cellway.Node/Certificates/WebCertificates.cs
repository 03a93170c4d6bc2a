using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cellway.Model.Contracts;

namespace Cellway.Node.Certificates;

/// <summary>Web certificates as management sends them.</summary>
public static class WebCertificates
{
    private static readonly ConditionalWeakTable<WebCertificate, X509Certificate2Collection> s_opened = [];

    /// <summary>The chain, the leaf with its key first. The same message is opened once: most changes of a configuration are of something else.</summary>
    /// <exception cref="CryptographicException">It cannot be read, or the key is not the leaf's.</exception>
    public static X509Certificate2Collection Open(WebCertificate message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return s_opened.GetValue(message, Read);
    }

    private static X509Certificate2Collection Read(WebCertificate message)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(Encoding.ASCII.GetString(message.Chain.Span));
        if (chain.Count == 0)
        {
            throw new CryptographicException("The chain is empty.");
        }

        chain[0] = WithKey(chain[0], message.PrivateKey.Span);
        return chain;
    }

    private static X509Certificate2 WithKey(X509Certificate2 leaf, ReadOnlySpan<byte> pkcs8)
    {
        try
        {
            if (leaf.GetRSAPublicKey() is null)
            {
                using var ecdsa = ECDsa.Create();
                ecdsa.ImportPkcs8PrivateKey(pkcs8, out _);
                return leaf.CopyWithPrivateKey(ecdsa);
            }

            using var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(pkcs8, out _);
            return leaf.CopyWithPrivateKey(rsa);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("The key is not the leaf's.", e);
        }
    }
}
