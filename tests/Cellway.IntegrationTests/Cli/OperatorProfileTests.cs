using Cellway.Cli;
using Cellway.Cli.Admin;
using Cellway.Model.Identities;
using Cellway.Pki.Issuing;
using Cellway.Pki.Requesting;
using Cellway.Pki.Trust;

namespace Cellway.IntegrationTests.Cli;

public sealed class OperatorProfileTests
{
    [Fact]
    public void Open_RootIsNotPem_SaysSoInsteadOfTrustingNobody()
    {
        var directory = Directory.CreateTempSubdirectory("cellway-profile-");
        try
        {
            using var root = RootAuthority.Create(TimeProvider.System);
            using var key = NodeKey.New();
            Assert.True(CertificateRequestReader.TryRead(key.CreateRequest(), out var publicKey, out _));
            var identity = new Identity(Names.NewId(), Role.Operator, Names.NewId());
            using var certificate = root.Issue(identity, publicKey, TimeSpan.FromDays(1), TimeProvider.System);
            var profile = new OperatorProfile(directory.FullName);
            profile.Create(key, new(identity.Network, identity.ToString(), certificate.RawData, root.Certificate.RawData, PublicKeys.KeyHash(root.Certificate)), "127.0.0.1:1");
            Assert.Single(profile.Open().Roots);

            File.WriteAllBytes(Path.Combine(directory.FullName, "root.crt"), root.Certificate.RawData);

            Assert.Contains("PEM", Assert.Throws<CliException>(profile.Open).Message, StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
