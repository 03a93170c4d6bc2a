using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Identities;

namespace Cellway.Pki.Trust;

/// <summary>Keys as this network knows them: ECDSA on P-256, named by the SHA-256 of their SubjectPublicKeyInfo.</summary>
public static class PublicKeys
{
    private const string P256 = "1.2.840.10045.3.1.7";

    /// <summary>SHA-256 of the certificate's SubjectPublicKeyInfo (DER): what pins, routes and revocations name.</summary>
    public static Hash256 KeyHash(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Hash256.Of(certificate.PublicKey.ExportSubjectPublicKeyInfo());
    }

    /// <summary>SHA-256 of the key's SubjectPublicKeyInfo (DER).</summary>
    public static Hash256 KeyHash(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Hash256.Of(key.ExportSubjectPublicKeyInfo());
    }

    /// <summary>Reads one SubjectPublicKeyInfo with nothing after it; false for anything but a point on P-256 by its name.</summary>
    internal static bool TryImport(ReadOnlySpan<byte> subjectPublicKeyInfo, [NotNullWhen(true)] out ECDsa? key)
    {
        key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out var read);
            if (read == subjectPublicKeyInfo.Length && IsP256(key))
            {
                return true;
            }
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException) // the latter for a curve nobody knows
        {
            // Not a key: the answer is false.
        }

        key.Dispose();
        key = null;
        return false;
    }

    internal static bool IsP256(ECDsa key)
    {
        var curve = key.ExportParameters(includePrivateParameters: false).Curve;
        return curve.IsNamed && curve.Oid.Value == P256;
    }
}
