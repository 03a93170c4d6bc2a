using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Identities;

namespace Cellway.DataPlane.Tunnel.Hosting;

/// <summary>What pins and revokes a certificate: its key. A fingerprint would change when an ECDSA signature is made again.</summary>
internal static class KeyHash
{
    /// <summary>SHA-256 of the SubjectPublicKeyInfo.</summary>
    public static Hash256 Of(X509Certificate2 certificate) => Hash256.Of(certificate.PublicKey.ExportSubjectPublicKeyInfo());
}
