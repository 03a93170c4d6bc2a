using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cellway.Model.Identities;
using Cellway.Pki.Issuing;
using Cellway.Pki.Trust;

namespace Cellway.Tests.Pki;

public sealed class RootAuthorityTests
{
    private const string Server = "1.3.6.1.5.5.7.3.1";
    private const string Client = "1.3.6.1.5.5.7.3.2";

    [Fact]
    public void Create_Always_IsASelfSignedAuthorityOfTenYears()
    {
        var time = Pkis.Clock();
        using var root = RootAuthority.Create(time);
        var basic = root.Certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single();
        Assert.True(basic is { CertificateAuthority: true, HasPathLengthConstraint: true, PathLengthConstraint: 0, Critical: true });
        Assert.Equal(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, root.Certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Equal("CN=Root", root.Certificate.Subject);
        Assert.Equal(time.GetUtcNow().AddYears(10).UtcDateTime, root.Certificate.NotAfter.ToUniversalTime());
        Assert.True(root.Certificate.SerialNumberBytes.Length >= 16);
        Assert.False(root.Certificate.HasPrivateKey);
    }

    [Theory]
    [InlineData(Role.Core, new[] { Server, Client })]
    [InlineData(Role.Management, new[] { Server, Client })]
    [InlineData(Role.Entry, new[] { Client })]
    [InlineData(Role.Operator, new[] { Client })]
    public void Issue_EachRole_HasItsPurposesAndOneName(Role role, string[] purposes)
    {
        var time = Pkis.Clock();
        using var root = RootAuthority.Create(time);
        var identity = new Identity("1", role, "127"); // ids of digits: Uri would make addresses of them
        using var leaf = root.Issue(identity, Pkis.NewPublicKey(), TimeSpan.FromDays(90), time);

        Assert.Equal(purposes, leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(o => o.Value!));
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, leaf.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.False(leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal((time.GetUtcNow() - RootAuthority.Backdating).UtcDateTime, leaf.NotBefore.ToUniversalTime());
        Assert.Equal(time.GetUtcNow().AddDays(90).UtcDateTime, leaf.NotAfter.ToUniversalTime());
        Assert.Equal(16, leaf.SerialNumberBytes.Length);
        Assert.InRange(leaf.SerialNumberBytes.Span[0], (byte)0x40, (byte)0x7F);
        Assert.Equal(
            root.Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifierBytes.ToArray(),
            leaf.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier!.Value.ToArray());
        var side = role is Role.Core or Role.Management ? PeerSide.Server : PeerSide.Client;
        Assert.Equal(identity, new NetworkTrust("1", [root.Certificate], []).Verify(leaf, null, side, time, role).Identity);
    }

    [Fact]
    public void Issue_ClockAnHourAheadOfTheOthers_TheyBelieveItAtOnce()
    {
        var (ahead, others) = (Pkis.Clock(), Pkis.Clock());
        ahead.Advance(TimeSpan.FromHours(1));
        using var root = RootAuthority.Create(ahead);
        using var leaf = root.Issue(Pkis.Core, Pkis.NewPublicKey(), TimeSpan.FromDays(90), ahead);

        Assert.Equal(Pkis.Core, new NetworkTrust(Pkis.Core.Network, [root.Certificate], []).Verify(leaf, null, PeerSide.Server, others, Role.Core).Identity);
    }

    [Fact]
    public void Issue_ForMinutes_BeginsHalfOfThatEarlier()
    {
        // Nodes renew at half of what they read as a certificate's life: it must not be over by then.
        var time = Pkis.Clock();
        using var root = RootAuthority.Create(time);
        using var leaf = root.Issue(Pkis.Core, Pkis.NewPublicKey(), TimeSpan.FromMinutes(10), time);

        Assert.Equal(time.GetUtcNow().AddMinutes(-5).UtcDateTime, leaf.NotBefore.ToUniversalTime());
    }

    [Fact]
    public void Issue_LongerThanTheRoot_EndsWithIt()
    {
        var time = Pkis.Clock();
        using var root = RootAuthority.Create(time);
        using var leaf = root.Issue(Pkis.Core, Pkis.NewPublicKey(), TimeSpan.FromDays(9000), time);
        Assert.Equal(root.Certificate.NotAfter, leaf.NotAfter);
    }

    [Fact]
    public void Issue_KeyOfAnotherKind_Throws()
    {
        var time = Pkis.Clock();
        using var root = RootAuthority.Create(time);
        using var rsa = RSA.Create(2048);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        byte[][] keys = [rsa.ExportSubjectPublicKeyInfo(), p384.ExportSubjectPublicKeyInfo(), [], [.. Pkis.NewPublicKey(), 0]];
        Assert.All(keys, key => Assert.Throws<ArgumentException>(() => root.Issue(Pkis.Core, key, TimeSpan.FromDays(1), time)));
    }

    [Fact]
    public void Load_WhatWasExported_IssuesUnderTheSamePin()
    {
        var time = Pkis.Clock();
        using var root = RootAuthority.Create(time);
        using var again = RootAuthority.Load(root.Certificate.RawData, root.ExportPrivateKey());
        using var leaf = again.Issue(Pkis.Core, Pkis.NewPublicKey(), TimeSpan.FromDays(1), time);
        Assert.Equal(root.KeyHash, again.KeyHash);
        Assert.True(Pkis.TrustIn(root.Certificate).Verify(leaf, null, PeerSide.Client, time, Role.Core).IsTrusted);
    }

    [Fact]
    public void ExportEncryptedPrivateKey_OpensWithThePassphraseAndNoOther()
    {
        using var root = RootAuthority.Create(Pkis.Clock());
        var pem = root.ExportEncryptedPrivateKey("correct horse");

        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", pem, StringComparison.Ordinal);
        using var key = ECDsa.Create();
        key.ImportFromEncryptedPem(pem, "correct horse");
        Assert.Equal(root.KeyHash, PublicKeys.KeyHash(key));
        using var other = ECDsa.Create();
        Assert.ThrowsAny<CryptographicException>(() => other.ImportFromEncryptedPem(pem, "battery staple"));
    }

    [Fact]
    public void Load_KeyOfAnotherRoot_Throws()
    {
        using var one = RootAuthority.Create(Pkis.Clock());
        using var two = RootAuthority.Create(Pkis.Clock());
        Assert.Throws<CryptographicException>(() => RootAuthority.Load(one.Certificate.RawData, two.ExportPrivateKey()));
        Assert.ThrowsAny<CryptographicException>(() => RootAuthority.Load(one.Certificate.RawData, [1, 2, 3]));
    }
}
