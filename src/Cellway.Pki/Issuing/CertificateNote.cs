using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Cellway.Pki.Issuing;

/// <summary>What an authority notes in a certificate for itself: bytes that mean nothing to anybody else, and authorise nothing.</summary>
public static class CertificateNote
{
    // Of a random UUID (ITU-T X.667): nobody's, and no product's.
    private const string Id = "2.25.191203778341090125883047161993170528116";

    /// <summary>The note of a certificate; <see langword="null"/> for one without.</summary>
    public static byte[]? Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        try
        {
            return certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == Id) is { } extension
                ? AsnDecoder.ReadOctetString(extension.RawData, AsnEncodingRules.DER, out _)
                : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    internal static X509Extension Write(ReadOnlySpan<byte> note)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(note);
        return new(Id, writer.Encode(), critical: false);
    }
}
