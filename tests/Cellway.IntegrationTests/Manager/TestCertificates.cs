using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Identities;
using Cellway.Pki.Issuing;
using Cellway.Pki.Requesting;

namespace Cellway.IntegrationTests.Manager;

/// <summary>Certificates that no honest authority gives.</summary>
internal static class TestCertificates
{
    private static readonly Oid ClientAuth = new("1.3.6.1.5.5.7.3.2");

    public static X509Certificate2 Issue(RootAuthority root, Identity identity, NodeKey key, TimeProvider? time = null)
    {
        Assert.True(CertificateRequestReader.TryRead(key.CreateRequest(), out var publicKey, out _));
        using var issued = root.Issue(identity, publicKey, TimeSpan.FromDays(1), time ?? TimeProvider.System);
        return key.Attach(issued);
    }

    /// <summary>Signed by the root, with just these URIs, usages and subject.</summary>
    public static X509Certificate2 Forge(RootAuthority root, NodeKey key, string[] uris, bool clientAuth = true, string subject = "CN=x")
    {
        Assert.True(CertificateRequestReader.TryRead(key.CreateRequest(), out var publicKey, out _));
        using var leaf = ECDsa.Create();
        leaf.ImportSubjectPublicKeyInfo(publicKey, out _);
        using var rootKey = ECDsa.Create();
        rootKey.ImportPkcs8PrivateKey(root.ExportPrivateKey(), out _);
        var request = new CertificateRequest(subject, leaf, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([clientAuth ? ClientAuth : new Oid("1.3.6.1.5.5.7.3.1")], false));
        if (uris.Length > 0)
        {
            request.CertificateExtensions.Add(new X509Extension("2.5.29.17", Names(uris), false));
        }

        using var issued = request.Create(
            root.Certificate.SubjectName,
            X509SignatureGenerator.CreateForECDsa(rootKey),
            DateTimeOffset.UtcNow.AddMinutes(-1),
            DateTimeOffset.UtcNow.AddDays(1),
            [0x40, .. RandomNumberGenerator.GetBytes(15)]);
        return key.Attach(issued);
    }

    private static byte[] Names(string[] uris)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var uri in uris)
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, uri, new(TagClass.ContextSpecific, 6));
            }
        }

        return writer.Encode();
    }
}
