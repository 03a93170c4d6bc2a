using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Identities;
using Cellway.Pki.Issuing;
using Cellway.Pki.Requesting;

namespace Cellway.Tests.Pki;

public sealed class CertificateRequestReaderTests
{
    [Fact]
    public void TryRead_RequestOfANodeKey_GivesItsPublicKey()
    {
        using var key = NodeKey.New();
        Assert.True(CertificateRequestReader.TryRead(key.CreateRequest(), out var publicKey, out _));
        Assert.Equal(key.KeyHash, Hash256.Of(publicKey));
    }

    [Fact]
    public void TryRead_WishesInTheRequest_CountForNothing()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=admin, O=Root", key, HashAlgorithmName.SHA384);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.OtherRequestAttributes.Add(new AsnEncodedData("1.2.840.113549.1.9.7", new byte[] { 0x13, 1, 0x41 }));
        Assert.True(CertificateRequestReader.TryRead(request.CreateSigningRequest(), out var publicKey, out _));
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), publicKey);
    }

    [Fact]
    public void TryRead_OtherKinds_AreToldApart()
    {
        using var rsa = RSA.Create(2048);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Expect(CertificateRequestFault.WrongKey,
            new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest());
        Expect(CertificateRequestFault.WrongKey, new CertificateRequest("CN=x", p384, HashAlgorithmName.SHA256).CreateSigningRequest());
        Expect(CertificateRequestFault.TooLong, new byte[CertificateRequestReader.MaxLength + 1]);
        Expect(CertificateRequestFault.Malformed, []);
        Expect(CertificateRequestFault.Malformed, "-----BEGIN CERTIFICATE REQUEST-----"u8.ToArray());
    }

    [Fact]
    public void TryRead_SignedWithAnotherKey_IsNotProven()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var stolen = new CertificateRequest(new X500DistinguishedName("CN=x"), new PublicKey(own), HashAlgorithmName.SHA256);
        Expect(CertificateRequestFault.NotProven, stolen.CreateSigningRequest(X509SignatureGenerator.CreateForECDsa(other)));
    }

    [Fact]
    public void TryRead_CutAnywhereOrLengthened_IsMalformed()
    {
        using var key = NodeKey.New();
        var good = key.CreateRequest();
        for (var cut = 0; cut < good.Length; cut++)
        {
            Expect(CertificateRequestFault.Malformed, good[..cut]);
        }

        Expect(CertificateRequestFault.Malformed, [.. good, 0]);
    }

    [Fact]
    public void TryRead_AnyBitFlipped_NeverGivesAKeyAndNeverThrows()
    {
        using var key = NodeKey.New();
        var good = key.CreateRequest();
        for (var bit = 0; bit < good.Length * 8; bit++)
        {
            var bad = good.ToArray();
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(CertificateRequestReader.TryRead(bad, out _, out var fault), $"bit {bit}");
            Assert.NotEqual(CertificateRequestFault.None, fault);
        }
    }

    private static void Expect(CertificateRequestFault expected, byte[] request)
    {
        Assert.False(CertificateRequestReader.TryRead(request, out var key, out var fault));
        Assert.Null(key);
        Assert.Equal(expected, fault);
    }
}
