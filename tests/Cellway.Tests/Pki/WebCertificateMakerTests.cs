using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Pki.Issuing;

namespace Cellway.Tests.Pki;

public sealed class WebCertificateMakerTests
{
    [Fact]
    public void Make_NamesAndAddresses_VerifiesUnderItsAuthorityOnly()
    {
        var time = Pkis.Clock();
        var made = WebCertificateMaker.Make(["a.example", "*.b.example"], [IPAddress.Loopback, IPAddress.IPv6Loopback], TimeSpan.FromDays(30), time);
        var other = WebCertificateMaker.Make(["a.example"], [], TimeSpan.FromDays(30), time);
        using var leaf = X509Certificate2.CreateFromPem(made.Chain);

        Assert.True(Builds(leaf, made.Authority, time));
        Assert.False(Builds(leaf, other.Authority, time));
        Assert.True(leaf.MatchesHostname("a.example") && leaf.MatchesHostname("x.b.example") && leaf.MatchesHostname("127.0.0.1", allowWildcards: false));
        Assert.False(leaf.MatchesHostname("c.example"));
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(made.PrivateKey, out _);
        Assert.Equal(leaf.PublicKey.ExportSubjectPublicKeyInfo(), key.ExportSubjectPublicKeyInfo());
        Assert.DoesNotContain("PRIVATE", made.Authority + made.Chain, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_NoNames_Throws() =>
        Assert.Throws<ArgumentException>(() => WebCertificateMaker.Make([], [], TimeSpan.FromDays(1), Pkis.Clock()));

    private static bool Builds(X509Certificate2 leaf, string authority, TimeProvider time)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime;
        return chain.Build(leaf);
    }
}
