using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Cellway.Pki.Trust;

/// <summary>What a root has signed that is no certificate: ECDSA with SHA-256 over <c>purpose | 0 | content</c>.</summary>
/// <remarks>A certificate's signed part begins with the byte 0x30, a purpose with a letter: neither can pass for the other, nor one purpose for another.</remarks>
public static class SignedStatement
{
    /// <summary>Whether <paramref name="root"/> has signed this content for this purpose.</summary>
    public static bool Verify(X509Certificate2 root, string purpose, ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        ArgumentNullException.ThrowIfNull(root);
        using var key = root.GetECDsaPublicKey();
        return key is not null && key.VerifyData(Of(purpose, content), signature, HashAlgorithmName.SHA256);
    }

    internal static byte[] Of(string purpose, ReadOnlySpan<byte> content)
    {
        if (purpose is not [>= 'a' and <= 'z', ..] || purpose.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A purpose is words in lower case.", nameof(purpose));
        }

        return [.. Encoding.ASCII.GetBytes(purpose), 0, .. content];
    }
}
