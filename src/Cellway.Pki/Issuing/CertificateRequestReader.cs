using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Pki.Trust;

namespace Cellway.Pki.Issuing;

/// <summary>Reads a stranger's PKCS#10 request. Only the public key is taken from it: names and wishes count for nothing.</summary>
public static class CertificateRequestReader
{
    /// <summary>The most bytes a request may have. One for a P-256 key has about 200.</summary>
    public const int MaxLength = 4 * 1024;

    /// <summary>Reads the request; the key comes back as a canonical SubjectPublicKeyInfo.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> request, [NotNullWhen(true)] out byte[]? subjectPublicKeyInfo, out CertificateRequestFault fault)
    {
        subjectPublicKeyInfo = null;
        if (request.Length > MaxLength)
        {
            fault = CertificateRequestFault.TooLong;
            return false;
        }

        if (!TryLoad(request, CertificateRequestLoadOptions.SkipSignatureValidation, out var loaded))
        {
            fault = CertificateRequestFault.Malformed;
            return false;
        }

        if (!PublicKeys.TryImport(loaded.PublicKey.ExportSubjectPublicKeyInfo(), out var key))
        {
            fault = CertificateRequestFault.WrongKey;
            return false;
        }

        using (key)
        {
            // A second reading, this time with the signature, so that a bad one is told from a bad request.
            if (!TryLoad(request, CertificateRequestLoadOptions.Default, out _))
            {
                fault = CertificateRequestFault.NotProven;
                return false;
            }

            subjectPublicKeyInfo = key.ExportSubjectPublicKeyInfo();
            fault = CertificateRequestFault.None;
            return true;
        }
    }

    private static bool TryLoad(
        ReadOnlySpan<byte> der, CertificateRequestLoadOptions options, [NotNullWhen(true)] out CertificateRequest? request)
    {
        request = null;
        try
        {
            var loaded = CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256, out var read, options);
            request = read == der.Length ? loaded : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or NotSupportedException)
        {
            // Not a request: the answer is false.
        }

        return request is not null;
    }
}
