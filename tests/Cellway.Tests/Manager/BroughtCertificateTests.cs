using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Manager.Api;
using Cellway.Manager.Cells;
using Cellway.Pki.Issuing;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Manager;

public sealed class BroughtCertificateTests
{
    private readonly FakeTimeProvider _time = new(Samples.Now);

    [Fact]
    public void Read_KeyInTheChainToo_KeepsOnlyCertificates()
    {
        var (chain, key) = Make("www.example.net");
        var other = Make("other.example").Chain;

        var record = Read(new($"{chain}\n{key}\n{other}", key), "www.example.net");

        Assert.DoesNotContain("PRIVATE", record.Chain, StringComparison.Ordinal);
        Assert.Equal($"{chain.Trim()}\n{other.Trim()}", record.Chain.Trim());
        Assert.Null(record.PrivateRoot);
        Assert.Equal(Samples.Now.AddDays(3), record.NotAfter);
        using var sealedKey = ECDsa.Create();
        sealedKey.ImportPkcs8PrivateKey(record.SealedKey, out _);
    }

    [Fact]
    public void Read_RsaAndWildcard_Accepted()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("*.example.net");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(Samples.Now, Samples.Now.AddDays(1));

        Assert.NotEmpty(Read(new(certificate.ExportCertificatePem(), rsa.ExportPkcs8PrivateKeyPem()), "www.example.net").SealedKey);
    }

    [Fact]
    public void Read_Unusable_SaysWhy()
    {
        var (chain, key) = Make("www.example.net");
        var otherKey = Make("www.example.net").Key;

        Assert.Contains("not for other.example", Fault(new(chain, key), "other.example"), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Fault(new(chain, otherKey), "www.example.net"), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Fault(new("", key), "www.example.net"), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Fault(new(chain, ""), "www.example.net"), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Fault(new(null!, null!), "www.example.net"), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Fault(new(chain + "\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", key), "www.example.net"), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromDays(3));
        Assert.Contains("ended on 2026-03-07", Fault(new(chain, key), "www.example.net"), StringComparison.Ordinal);
    }

    private (string Chain, string Key) Make(string domain)
    {
        var made = WebCertificateMaker.Make([domain], [], TimeSpan.FromDays(3), _time);
        return (made.Chain, PemEncoding.WriteString("PRIVATE KEY", made.PrivateKey));
    }

    private string Fault(NewWebCertificate wanted, string domain) => Assert.Throws<AdminException>(() => Read(wanted, domain)).Message;

    private Cellway.Model.Cells.WebCertificateRecord Read(NewWebCertificate wanted, string domain) => BroughtCertificate.Read(wanted, domain, key => [.. key], _time);
}
