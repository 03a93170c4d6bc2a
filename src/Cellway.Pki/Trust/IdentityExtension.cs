using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Identities;

namespace Cellway.Pki.Trust;

/// <summary>The one subject alternative name of every certificate of the network: its holder's identity as a URI.</summary>
/// <remarks>Written and read as ASN.1, because <see cref="Uri"/> rewrites hosts (an id of digits would become an address).</remarks>
internal static class IdentityExtension
{
    public const string SubjectAlternativeName = "2.5.29.17";

    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6); // GeneralName, RFC 5280, 4.2.1.6

    public static X509Extension Of(Identity identity)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, identity.ToString(), UriTag);
        }

        return new(SubjectAlternativeName, writer.Encode(), critical: false);
    }

    /// <summary>Reads the identity of a certificate that has exactly this name and no other of any kind.</summary>
    public static bool TryRead(X509Certificate2 certificate, [NotNullWhen(true)] out Identity? identity)
    {
        identity = null;
        var extensions = certificate.Extensions.Where(e => e.Oid?.Value == SubjectAlternativeName).ToList();
        if (extensions.Count != 1)
        {
            return false;
        }

        try
        {
            var reader = new AsnReader(extensions[0].RawData, AsnEncodingRules.DER);
            var names = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            var uri = names.ReadCharacterString(UniversalTagNumber.IA5String, UriTag);
            return !names.HasData && Identity.TryParse(uri, out identity);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
