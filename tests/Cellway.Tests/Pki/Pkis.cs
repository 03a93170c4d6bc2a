using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Identities;
using Cellway.Pki.Issuing;
using Cellway.Pki.Trust;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Pki;

/// <summary>What the tests of this folder make again and again.</summary>
internal static class Pkis
{
    public static readonly Identity Core = new("net", Role.Core, "c1");

    public static FakeTimeProvider Clock() => new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));

    public static byte[] NewPublicKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportSubjectPublicKeyInfo();
    }

    public static NetworkTrust TrustIn(params X509Certificate2[] roots) => new("net", roots, []);

    /// <summary>A leaf that no honest authority would sign, signed with the key of <paramref name="root"/>.</summary>
    public static X509Certificate2 Forge(RootAuthority root, TimeProvider time, params X509Extension[] extensions)
    {
        using var signer = ECDsa.Create();
        signer.ImportPkcs8PrivateKey(root.ExportPrivateKey(), out _);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=forged", key, HashAlgorithmName.SHA256);
        foreach (var extension in extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        return request.Create(
            root.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), time.GetUtcNow(), time.GetUtcNow().AddDays(1), [1, 2, 3]);
    }
}
