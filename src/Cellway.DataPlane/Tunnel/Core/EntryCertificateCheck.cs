using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.DataPlane.Tunnel.Hosting;
using Cellway.Model.Identities;

namespace Cellway.DataPlane.Tunnel.Core;

/// <summary>Whether a client certificate is one of this network's Entries (architecture.md 3).</summary>
internal static class EntryCertificateCheck
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string SubjectAlternativeName = "2.5.29.17";

    public static bool IsEntry(
        X509Certificate2 certificate, X509Certificate2Collection roots, string networkId, FrozenSet<Hash256> revoked, DateTimeOffset now) =>
        !revoked.Contains(KeyHash.Of(certificate))
        && IdentityOf(certificate) is { Role: Role.Entry } identity
        && identity.Network == networkId
        && ChainsTo(roots, certificate, now);

    /// <summary>The one identity in a certificate; <see langword="null"/> when there is none, or more than one URI.</summary>
    internal static Identity? IdentityOf(X509Certificate2 certificate)
    {
        var extension = certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == SubjectAlternativeName);
        if (extension is null)
        {
            return null;
        }

        var uriTag = new Asn1Tag(TagClass.ContextSpecific, 6); // RFC 5280, 4.2.1.6
        string? found = null;
        try
        {
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (!names.PeekTag().HasSameClassAndValue(uriTag))
                {
                    names.ReadEncodedValue();
                    continue;
                }

                var uri = names.ReadCharacterString(UniversalTagNumber.IA5String, uriTag);
                if (found is not null)
                {
                    return null;
                }

                found = uri;
            }
        }
        catch (AsnContentException)
        {
            return null;
        }

        return Identity.TryParse(found, out var identity) ? identity : null;
    }

    private static bool ChainsTo(X509Certificate2Collection roots, X509Certificate2 certificate, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(roots);
        policy.RevocationMode = X509RevocationMode.NoCheck; // revocations are pushed, and checked above
        policy.DisableCertificateDownloads = true;
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        policy.VerificationTime = now.UtcDateTime;
        policy.VerificationTimeIgnored = false;
        return chain.Build(certificate);
    }
}
