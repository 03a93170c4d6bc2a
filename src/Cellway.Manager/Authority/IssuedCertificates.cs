using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.View;
using Cellway.Model.Certificates;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Pki.Trust;

namespace Cellway.Manager.Authority;

/// <summary>Keeps a record of every certificate, in the transaction that gives it its meaning.</summary>
internal static class IssuedCertificates
{
    public static CertificateRecord Record(StateTransaction transaction, StateKeys keys, X509Certificate2 certificate, Identity identity, int root, DateTimeOffset now)
    {
        var record = new CertificateRecord
        {
            Serial = SerialOf(certificate),
            Identity = identity.ToString(),
            KeyHash = PublicKeys.KeyHash(certificate).ToString(),
            Der = certificate.RawData,
            Root = root,
            IssuedAt = now,
            NotAfter = certificate.NotAfter.ToUniversalTime(),
        };
        transaction.Create(keys.Certificate(record.Serial), StateJson.Write(record));
        return record;
    }

    public static string SerialOf(X509Certificate2 certificate) => Convert.ToHexStringLower(certificate.SerialNumberBytes.Span);

    /// <summary>Which root has issued a certificate; the one that signs now, if none says so.</summary>
    public static int GenerationOf(X509Certificate2 certificate, NetworkView view)
    {
        var issuer = certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier;
        return view.Authorities.Values.FirstOrDefault(IsIssuer)?.Generation ?? view.Authorities.Values.First(a => a.Signs).Generation;

        bool IsIssuer(AuthorityRecord record)
        {
            using var root = X509CertificateLoader.LoadCertificate(record.Certificate);
            return issuer is { } id && root.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Any(s => s.SubjectKeyIdentifierBytes.Span.SequenceEqual(id.Span));
        }
    }
}
