using Cellway.Model.State;
using Cellway.State.Etcd;
using Cellway.Testing.Etcd;

namespace Cellway.IntegrationTests.Backups;

public sealed class BackupToEtcdTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_ToEtcd_IsTheSameKeyByKeyAndOnlyIntoAnEmptyPrefix()
    {
        Assert.SkipWhen(EtcdCluster.MaySkip, "etcd is not installed.");
        await using var cluster = await EtcdCluster.StartAsync(new());
        await using var network = await SampleNetwork.CreateAsync(devices: 400);
        await using var etcd = await EtcdStateStore.OpenAsync(
            new() { Endpoints = cluster.Endpoints, Credentials = cluster.Credentials, Prefix = "/home" }, TimeProvider.System, Token);
        var file = await network.BackUpAsync("a.backup");

        await network.RestoreAsync(file, etcd);

        var expected = (await network.Store.ListAsync(network.Keys.Prefix, Token)).Entries.Where(e => e.Key != network.Keys.Seal);
        var found = (await etcd.ListAsync(network.Keys.Prefix, Token)).Entries.Where(e => e.Key != network.Keys.Seal && e.Key != network.Keys.Restored);
        Assert.Equal(expected.Select(Describe), found.Select(Describe));
        await Assert.ThrowsAsync<Cellway.State.Copying.StateCopyException>(() => network.RestoreAsync(file, etcd));
    }

    private static string Describe(StateEntry entry) => $"{entry.Key}={Convert.ToHexString(entry.Value.Span)}";
}
