using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cellway.Model.Identities;
using Cellway.Pki.Issuing;
using Cellway.Pki.Trust;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Pki;

public sealed class NetworkTrustTests : IDisposable
{
    private static readonly X509Extension ClientUse = new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false);

    private readonly FakeTimeProvider _time = Pkis.Clock();
    private readonly RootAuthority _root;

    public NetworkTrustTests() => _root = RootAuthority.Create(_time);

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Verify_IssuedByTheRoot_TellsWho()
    {
        using var leaf = Issue(Pkis.Core);
        var trust = Pkis.TrustIn(_root.Certificate);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(Pkis.Core, trust.Verify(leaf, [_root.Certificate], PeerSide.Server, _time, Role.Entry, Role.Core).Identity);
        }
    }

    [Fact]
    public void Verify_Nothing_IsMissing() => Expect(TrustRejection.Missing, null);

    [Fact]
    public void Verify_AnotherRootWithTheSameNames_IsUntrusted()
    {
        using var other = RootAuthority.Create(_time);
        using var leaf = other.Issue(Pkis.Core, Pkis.NewPublicKey(), TimeSpan.FromDays(1), _time);
        Expect(TrustRejection.Untrusted, leaf);
        Assert.Equal(
            TrustRejection.Untrusted,
            Pkis.TrustIn(_root.Certificate).Verify(leaf, [other.Certificate], PeerSide.Client, _time, Role.Core).Rejection);
    }

    [Fact]
    public void Verify_ForeignAndExpired_IsUntrusted()
    {
        using var other = RootAuthority.Create(_time);
        using var leaf = other.Issue(Pkis.Core, Pkis.NewPublicKey(), TimeSpan.FromDays(1), _time);
        _time.Advance(TimeSpan.FromDays(2));
        Expect(TrustRejection.Untrusted, leaf);
    }

    [Fact]
    public void Verify_TheRootItself_IsUntrusted() => Expect(TrustRejection.Untrusted, _root.Certificate);

    [Fact]
    public void Verify_LeafThatActsAsAuthority_IsUntrusted()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var core = _root.Issue(Pkis.Core, key.ExportSubjectPublicKeyInfo(), TimeSpan.FromDays(1), _time);
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=x", own, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(ClientUse);
        request.CertificateExtensions.Add(San(0x86, "cellway://net/operator/root"));
        using var leaf = request.Create(
            core.SubjectName, X509SignatureGenerator.CreateForECDsa(key), _time.GetUtcNow(), _time.GetUtcNow().AddHours(1), [1]);
        Assert.Equal(
            TrustRejection.Untrusted,
            Pkis.TrustIn(_root.Certificate).Verify(leaf, [core], PeerSide.Client, _time, Role.Operator).Rejection);
    }

    [Fact]
    public void Verify_OverItsTime_IsExpired()
    {
        using var leaf = Issue(Pkis.Core);
        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        Expect(TrustRejection.Expired, leaf);
    }

    [Fact]
    public void Verify_BeforeItsTime_IsNotYetValid()
    {
        var later = Pkis.Clock();
        later.Advance(TimeSpan.FromHours(1) + RootAuthority.Backdating);
        using var leaf = _root.Issue(Pkis.Core, Pkis.NewPublicKey(), TimeSpan.FromDays(1), later);
        Expect(TrustRejection.NotYetValid, leaf);
        _time.Advance(TimeSpan.FromMinutes(61));
        Expect(TrustRejection.None, leaf);
    }

    [Fact]
    public void Verify_RootOverItsTime_IsUntrusted()
    {
        using var leaf = Issue(Pkis.Core);
        _time.Advance(TimeSpan.FromDays(366 * 10));
        Expect(TrustRejection.Untrusted, leaf);
    }

    [Fact]
    public void Verify_RevokedKey_IsRevokedInEveryCertificate()
    {
        var key = Pkis.NewPublicKey();
        using var one = _root.Issue(Pkis.Core, key, TimeSpan.FromDays(1), _time);
        using var two = _root.Issue(Pkis.Core, key, TimeSpan.FromDays(2), _time);
        var trust = new NetworkTrust("net", [_root.Certificate], [Hash256.Of(key)]);
        Assert.Equal(Hash256.Of(key), PublicKeys.KeyHash(one));
        Assert.Equal(TrustRejection.Revoked, trust.Verify(one, null, PeerSide.Client, _time, Role.Core).Rejection);
        Assert.Equal(TrustRejection.Revoked, trust.Verify(two, null, PeerSide.Client, _time, Role.Core).Rejection);
    }

    [Fact]
    public void Verify_OtherNetwork_IsWrongUnlessUnknown()
    {
        using var leaf = Issue(new("other", Role.Core, "c1"));
        Expect(TrustRejection.WrongNetwork, leaf);
        Assert.True(new NetworkTrust(null, [_root.Certificate], []).Verify(leaf, null, PeerSide.Client, _time, Role.Core).IsTrusted);
    }

    [Fact]
    public void Verify_RoleNotAllowed_IsWrong()
    {
        using var leaf = Issue(new("net", Role.Entry, "e1"));
        Expect(TrustRejection.WrongRole, leaf);
        Assert.Equal(TrustRejection.WrongRole, Pkis.TrustIn(_root.Certificate).Verify(leaf, null, PeerSide.Client, _time).Rejection);
    }

    [Theory]
    [InlineData(Role.Entry)]
    [InlineData(Role.Operator)]
    public void Verify_ClientsCertificateOnAServer_IsMalformed(Role role)
    {
        using var leaf = Issue(new("net", role, "x"));
        Assert.Equal(TrustRejection.Malformed, Pkis.TrustIn(_root.Certificate).Verify(leaf, null, PeerSide.Server, _time, role).Rejection);
    }

    [Fact]
    public void Verify_SecondRootDuringReplacement_IsTrustedToo()
    {
        using var next = RootAuthority.Create(_time);
        using var leaf = next.Issue(Pkis.Core, Pkis.NewPublicKey(), TimeSpan.FromDays(1), _time);
        var both = Pkis.TrustIn(_root.Certificate, next.Certificate);
        Assert.True(both.Verify(leaf, null, PeerSide.Client, _time, Role.Core).IsTrusted);
        using var old = Issue(Pkis.Core);
        Assert.True(both.Verify(old, null, PeerSide.Client, _time, Role.Core).IsTrusted);
    }

    [Fact]
    public void Verify_TheForgeryOfTheseTests_IsTrustedWhenNothingIsWrong()
    {
        using var leaf = Pkis.Forge(_root, _time, ClientUse, San(0x86, "cellway://net/core/c1"));
        Expect(TrustRejection.None, leaf);
    }

    public static TheoryData<string, byte[][]> Names => new()
    {
        { "none", [] },
        { "two URIs", [Name(0x86, "cellway://net/core/c1"), Name(0x86, "cellway://net/core/c2")] },
        { "the same twice", [Name(0x86, "cellway://net/core/c1"), Name(0x86, "cellway://net/core/c1")] },
        { "URI and DNS name", [Name(0x86, "cellway://net/core/c1"), Name(0x82, "c1.example")] },
        { "DNS name and URI", [Name(0x82, "c1.example"), Name(0x86, "cellway://net/core/c1")] },
        { "as DNS name", [Name(0x82, "cellway://net/core/c1")] },
        { "upper case", [Name(0x86, "cellway://net/core/C1")] },
        { "scheme", [Name(0x86, "Cellway://net/core/c1")] },
        { "extra segment", [Name(0x86, "cellway://net/core/c1/x")] },
        { "slash", [Name(0x86, "cellway://net/core/c1/")] },
        { "query", [Name(0x86, "cellway://net/core/c1?x")] },
        { "escape", [Name(0x86, "cellway://net/core/%631")] },
        { "unknown role", [Name(0x86, "cellway://net/root/c1")] },
        { "empty", [Name(0x86, "")] },
        { "zero byte", [Name(0x86, "cellway://net/core/c1\0")] },
        { "other scheme", [Name(0x86, "https://net/core/c1")] },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Verify_NotExactlyOneCanonicalName_IsMalformed(string what, byte[][] names)
    {
        using var leaf = Pkis.Forge(_root, _time, ClientUse, San(names));
        Assert.True(Reject(leaf) == TrustRejection.Malformed, what);
    }

    [Fact]
    public void Verify_NoNameOrNoPurposeOrJunk_IsMalformed()
    {
        using var nameless = Pkis.Forge(_root, _time, ClientUse);
        using var purposeless = Pkis.Forge(_root, _time, San(0x86, "cellway://net/core/c1"));
        using var junk = Pkis.Forge(_root, _time, ClientUse, new X509Extension("2.5.29.17", [0x30, 0x05, 1], false));
        Expect(TrustRejection.Malformed, nameless);
        Expect(TrustRejection.Malformed, purposeless);
        Assert.NotEqual(TrustRejection.None, Reject(junk));
    }

    private static X509Extension San(byte tag, string value) => San([Name(tag, value)]);

    private static X509Extension San(byte[][] names)
    {
        byte[] content = [.. names.SelectMany(n => n)];
        return new("2.5.29.17", [0x30, (byte)content.Length, .. content], critical: false);
    }

    private static byte[] Name(byte tag, string value) => [tag, (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private X509Certificate2 Issue(Identity identity) => _root.Issue(identity, Pkis.NewPublicKey(), TimeSpan.FromDays(1), _time);

    private TrustRejection Reject(X509Certificate2? leaf) =>
        Pkis.TrustIn(_root.Certificate).Verify(leaf, null, PeerSide.Client, _time, Role.Core).Rejection;

    private void Expect(TrustRejection expected, X509Certificate2? leaf) => Assert.Equal(expected, Reject(leaf));
}
