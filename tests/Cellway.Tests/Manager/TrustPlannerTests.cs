using Cellway.Manager.Authority;
using Cellway.Model.Certificates;
using Cellway.Model.Contracts;
using Cellway.Model.State;
using Cellway.Pki.Issuing;
using Cellway.Pki.Trust;

namespace Cellway.Tests.Manager;

public sealed class TrustPlannerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sign_OnlyWhatHasChanged_WithAGrowingVersion()
    {
        using var root = RootAuthority.Create(TimeProvider.System);
        await using var network = await PlannedNetwork.StartAsync(
            new AuthorityRecord { Generation = 1, Certificate = root.Certificate.RawData, SealedKey = [], Signs = true, CreatedAt = Samples.Now });
        var planner = new TrustPlanner(network.Store, Samples.Keys, network.Feed, new Signer(root), network.Time);

        var first = await SignAsync();
        Assert.Equal((1L, 0), (first.Version, first.RevokedKeyHashes.Count));
        Assert.Equal(first, await SignAsync());

        await network.CommitAsync(new StateTransaction().Put(Samples.Keys.Certificate("ab"), StateJson.Write(new CertificateRecord
        {
            Serial = "ab", Identity = "cellway://testnet/core/c", KeyHash = new string('a', 64), Der = [], IssuedAt = Samples.Now, NotAfter = Samples.Now, RevokedAt = Samples.Now,
        })));
        var second = await SignAsync();
        Assert.Equal((2L, 1), (second.Version, second.RevokedKeyHashes.Count));

        async Task<TrustStatement> SignAsync()
        {
            await planner.SignAsync(network.View, await network.ElectAsync(), Token);
            await network.CommitAsync(new StateTransaction().Put(Samples.Keys.Prefix + "barrier", new byte[1]));
            var signed = network.View.Trust!;
            Assert.True(SignedStatement.Verify(root.Certificate, TrustRecord.Purpose, signed.Statement, signed.Signatures.Single()));
            return TrustStatement.Parser.ParseFrom(signed.Statement);
        }
    }

    private sealed class Signer(RootAuthority root) : IRootSigner
    {
        public string Network => Samples.Network.Id;

        public (byte[] Signature, int Generation) Sign(string purpose, ReadOnlySpan<byte> content) => (root.Sign(purpose, content), 1);

        public IReadOnlyList<byte[]> SignByAll(string purpose, ReadOnlySpan<byte> content) => [root.Sign(purpose, content)];
    }
}
