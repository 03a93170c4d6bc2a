using Cellway.Manager.Authority;
using Cellway.Model.Certificates;
using Cellway.Model.State;

namespace Cellway.Tests.Manager;

public sealed class EndedCertificatesTests
{
    private const string Anna = "cellway://testnet/operator/anna";
    private const string Core = "cellway://testnet/core/c1";

    private static readonly TimeSpan s_long = EndedCertificates.ForgetAfter + TimeSpan.FromSeconds(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Forget_EndedLongAgo_ButForWhatIsStillNeeded()
    {
        await using var network = await PlannedNetwork.StartAsync(
            Samples.Node("c1") with { CertificateSerial = "05" },
            Ended("01", Core, s_long),
            Ended("02", Core, EndedCertificates.ForgetAfter - TimeSpan.FromSeconds(1)),
            Ended("03", Core, -s_long),
            Ended("04", Core, s_long) with { RevokedAt = Samples.Now },
            Ended("05", Core, s_long), // the node is away, and known by it
            Ended("06", Anna, 2 * s_long),
            Ended("07", Anna, s_long)); // her newest
        var planner = new EndedCertificates(network.Store, Samples.Keys, network.Feed, network.Time);

        await planner.ForgetAsync(await network.ElectAsync(), Token);

        Assert.Equal(["02", "03", "04", "05", "07"], await LeftAsync(network));
    }

    [Fact]
    public async Task Forget_MoreThanOneTransactionTakes_AllOfThem()
    {
        await using var network = await PlannedNetwork.StartAsync(Enumerable.Range(0x10, 200).Select(i => Ended($"{i:x4}", Core, s_long)));
        var planner = new EndedCertificates(network.Store, Samples.Keys, network.Feed, network.Time);

        await planner.ForgetAsync(await network.ElectAsync(), Token);

        Assert.Empty(await LeftAsync(network));
    }

    private static CertificateRecord Ended(string serial, string identity, TimeSpan ago) =>
        Samples.Certificate(serial, new string('a', 64), revoked: false) with { Identity = identity, NotAfter = Samples.Now - ago };

    private static async Task<List<string>> LeftAsync(PlannedNetwork network)
    {
        var folder = Samples.Keys.Prefix + StateKeys.Folders.Certificates;
        return [.. (await network.Store.ListAsync(folder, Token)).Entries.Select(e => e.Key[folder.Length..])];
    }
}
