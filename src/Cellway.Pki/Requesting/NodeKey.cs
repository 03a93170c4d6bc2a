using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cellway.Model.Identities;
using Cellway.Pki.Trust;

namespace Cellway.Pki.Requesting;

/// <summary>A private key that never leaves the machine it was made on: ECDSA P-256.</summary>
public sealed class NodeKey : IDisposable
{
    private readonly ECDsa _key;

    private NodeKey(ECDsa key) => _key = key;

    /// <summary>SHA-256 of the SubjectPublicKeyInfo.</summary>
    public Hash256 KeyHash => PublicKeys.KeyHash(_key);

    /// <summary>A new key.</summary>
    public static NodeKey New() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads what <see cref="Save"/> wrote; false when the content is no such key.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static bool TryLoad(string path, [NotNullWhen(true)] out NodeKey? key)
    {
        key = null;
        var pem = File.ReadAllText(path);
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportFromPem(pem);
            if (PublicKeys.IsP256(ecdsa))
            {
                key = new(ecdsa);
                return true;
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            // Not a key: the answer is false.
        }

        ecdsa.Dispose();
        return false;
    }

    /// <summary>Writes the key as PEM, mode 0600, whole or not at all.</summary>
    public void Save(string path)
    {
        var pem = Encoding.ASCII.GetBytes(_key.ExportPkcs8PrivateKeyPem() + "\n");
        PrivateFiles.Write(path, pem);
        CryptographicOperations.ZeroMemory(pem);
    }

    /// <summary>A PKCS#10 request (DER) that proves possession of the key and asks for nothing else.</summary>
    public byte[] CreateRequest() =>
        new CertificateRequest(new X500DistinguishedName(""), _key, HashAlgorithmName.SHA256).CreateSigningRequest();

    /// <summary>The certificate with this key, ready for TLS.</summary>
    /// <exception cref="ArgumentException">The certificate is for another key.</exception>
    public X509Certificate2 Attach(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return certificate.CopyWithPrivateKey(_key);
    }

    /// <summary>A 32-byte key for one purpose, that only the holder of this key can derive.</summary>
    public byte[] Derive(string purpose)
    {
        var secret = _key.ExportParameters(includePrivateParameters: true).D!;
        try
        {
            return HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: Encoding.UTF8.GetBytes(purpose));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Lets go of the key.</summary>
    public void Dispose() => _key.Dispose();

    /// <summary>Never the value: this type must not reach a log by accident.</summary>
    public override string ToString() => "NodeKey(…)";
}
