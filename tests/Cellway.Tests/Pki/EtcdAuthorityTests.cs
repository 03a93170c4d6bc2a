using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Identities;
using Cellway.Pki.Issuing;
using Cellway.Pki.Trust;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Pki;

public sealed class EtcdAuthorityTests : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly FakeTimeProvider _time = Pkis.Clock();
    private readonly RootAuthority _root;
    private readonly EtcdAuthority _authority;

    public EtcdAuthorityTests()
    {
        _root = RootAuthority.Create(_time);
        _authority = EtcdAuthority.Of(_root);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _root.Dispose();
    }

    [Fact]
    public void Of_SameRootAgain_IsTheSameAuthority()
    {
        using var loaded = RootAuthority.Load(_root.Certificate.RawData, _root.ExportPrivateKey());
        using var again = EtcdAuthority.Of(loaded);
        using var other = RootAuthority.Create(_time);
        using var foreign = EtcdAuthority.Of(other);
        using var client = again.IssueClient("management", Pkis.NewPublicKey(), Day, _time);

        Assert.Equal(PublicKeys.KeyHash(_authority.Certificate), PublicKeys.KeyHash(again.Certificate));
        Assert.NotEqual(_root.KeyHash, PublicKeys.KeyHash(_authority.Certificate));
        Assert.True(Chains(client, _authority.Certificate)); // what one issued, the other's certificate vouches for
        Assert.False(Chains(client, foreign.Certificate));
    }

    [Fact]
    public void Issue_AnyKind_IsNobodyInTheNetwork()
    {
        var trust = Pkis.TrustIn(_root.Certificate);
        using var member = _authority.IssueMember(["etcd-1.example", "10.0.0.1"], Pkis.NewPublicKey(), Day, _time);
        using var client = _authority.IssueClient("management", Pkis.NewPublicKey(), Day, _time);
        foreach (var certificate in (X509Certificate2[])[member, client, _authority.Certificate])
        {
            foreach (var side in Enum.GetValues<PeerSide>())
            {
                Assert.Equal(
                    TrustRejection.Untrusted,
                    trust.Verify(certificate, [_authority.Certificate], side, _time, Enum.GetValues<Role>()).Rejection);
            }
        }
    }

    [Fact]
    public void Of_AnyRoot_DoesNotVouchForItsNodes()
    {
        using var core = _root.Issue(Pkis.Core, Pkis.NewPublicKey(), Day, _time);
        Assert.False(Chains(core, _authority.Certificate));
        Assert.True(Chains(core, _root.Certificate));
    }

    [Fact]
    public void IssueMember_Names_AreThoseAndItIsServerAndClient()
    {
        using var member = _authority.IssueMember(["etcd-1.example", "10.0.0.1", "::1"], Pkis.NewPublicKey(), Day, _time);

        Assert.True(member.MatchesHostname("etcd-1.example", allowCommonName: false));
        Assert.True(member.MatchesHostname("10.0.0.1", allowCommonName: false));
        Assert.False(member.MatchesHostname("etcd-2.example", allowCommonName: false));
        Assert.Equal(2, member.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Count);
        Assert.Equal($"CN={EtcdAuthority.MemberName}", member.Subject);
    }

    [Fact]
    public void IssueClient_AnyName_IsClientOnlyAndNeverAMember()
    {
        using var client = _authority.IssueClient("a, CN=member", Pkis.NewPublicKey(), Day, _time);

        Assert.Equal("a, CN=member", client.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        Assert.Equal("1.3.6.1.5.5.7.3.2", Assert.Single(client.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>()).Value);
        Assert.Throws<ArgumentException>(() => _authority.IssueClient(EtcdAuthority.MemberName, Pkis.NewPublicKey(), Day, _time));
    }

    private bool Chains(X509Certificate2 leaf, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = _time.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        return chain.Build(leaf);
    }
}
