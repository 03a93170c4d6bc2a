using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cellway.IntegrationTests.DataPlane;

/// <summary>A certificate authority for one test.</summary>
internal sealed class TestCertificates
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    public TestCertificates()
    {
        var request = new CertificateRequest("CN=test root", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        Root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(10));
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Node(string identity, bool expired = false) =>
        Issue(san => san.AddUri(new(identity)), [ServerAuth, ClientAuth], expired);

    public X509Certificate2 Web(string domain) => Issue(san => san.AddDnsName(domain), [ServerAuth], expired: false);

    private X509Certificate2 Issue(Action<SubjectAlternativeNameBuilder> names, string[] usages, bool expired)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var san = new SubjectAlternativeNameBuilder();
        names(san);
        request.CertificateExtensions.Add(san.Build());
        OidCollection oids = [];
        foreach (var usage in usages)
        {
            oids.Add(new Oid(usage));
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(oids, false));
        var end = expired ? DateTimeOffset.UtcNow.AddHours(-1) : DateTimeOffset.UtcNow.AddDays(1);
        using var bare = request.Create(Root, DateTimeOffset.UtcNow.AddHours(-2), end, RandomNumberGenerator.GetBytes(16));
        return bare.CopyWithPrivateKey(key);
    }
}
