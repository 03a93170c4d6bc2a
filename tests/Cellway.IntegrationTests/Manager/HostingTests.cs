using System.Net;
using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.Hosting;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Pki.Requesting;
using Cellway.State.Memory;
using Microsoft.Extensions.Hosting;

namespace Cellway.IntegrationTests.Manager;

public sealed class HostingTests
{
    [Fact]
    public async Task Build_SeveralNetworks_AsksWhichAndServesTheOneNamed()
    {
        await using var first = await ManagedNetwork.StartAsync();
        await using var second = await ManagedNetwork.StartAsync();
        foreach (var entry in (await second.Store.ListAsync("", TestContext.Current.CancellationToken)).Entries)
        {
            await first.Store.CommitAsync(new StateTransaction().Put(entry.Key, entry.Value), TestContext.Current.CancellationToken);
        }

        var e = await Assert.ThrowsAsync<AdminException>(() => BuildAsync(second.Options with { Network = null }, first.Store));
        Assert.Contains(first.Network.Network, e.Message, StringComparison.Ordinal);
        Assert.Contains(second.Network.Network, e.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<AdminException>(() => BuildAsync(second.Options with { Network = "other" }, first.Store));

        await using var replica = await RunningReplica.StartAsync(second.Options, first.Store, TimeProvider.System, new());
        using var admin = new AdminClient(replica.Admin, second.Operator);
        Assert.Equal(second.Network.Network, (await admin.GetAsync<NetworkStatus>("/v1/status")).Network);
        using var stranger = new AdminClient(replica.Admin, first.Operator);
        Assert.Equal(401, (await stranger.SendAsync(HttpMethod.Get, "/v1/status", null)).Status);
        await admin.PostAsync<UserInfo>("/v1/users", new NewUser("bob"));
        Assert.Equal(0, first.View.Accounts.Users);
    }

    [Fact]
    public async Task Build_EmptyStore_SaysHowToMakeANetwork()
    {
        await using var store = new MemoryStateStore(TimeProvider.System);

        var e = await Assert.ThrowsAsync<AdminException>(() => BuildAsync(new() { Secret = new(null, "x") }, store));

        Assert.Contains("cellway init", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_StateHasGoneMeanwhile_SaysSoAndNothingOfListening()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var store = new FaultyStore(network.Store);
        using var host = await ManagerHost.BuildAsync(network.Options, store, _ => { }, TimeProvider.System, TestContext.Current.CancellationToken);
        store.ListsFail = true;

        await Assert.ThrowsAsync<StateUnavailableException>(() => Cellway.Node.Hosting.HostRunner.StartAsync(host, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("0.0.0.0", null)]
    [InlineData("::", null)]
    [InlineData("127.0.0.1", "no port")]
    [InlineData("127.0.0.1", "UPPER.example:443")]
    public async Task Build_NoAddressToTellNodes_Refused(string listen, string? endpoint)
    {
        await using var network = await ManagedNetwork.StartAsync();

        await Assert.ThrowsAsync<AdminException>(() => BuildAsync(
            network.Options with { NodeListen = new(IPAddress.Parse(listen), 0), PublicEndpoints = endpoint is null ? [] : [endpoint] }, network.Store));
    }

    [Fact]
    public async Task Build_PublicEndpoints_AreWhatTokensCarry()
    {
        await using var network = await ManagedNetwork.StartAsync(o => o with { PublicEndpoints = ["manage.example:7443", "192.0.2.7:7443"] });

        Assert.Equal(["manage.example:7443", "192.0.2.7:7443"], (await network.NewTokenAsync(Role.Core)).Endpoints);
    }

    [Fact]
    public async Task Create_StoreWithANetwork_RefusedAndUnchanged()
    {
        await using var network = await ManagedNetwork.StartAsync();
        using var key = NodeKey.New();
        var before = await network.Store.ListAsync("", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<AdminException>(() => NetworkCreator.CreateAsync(
            network.Store, new("Second", new("a", "a.example", "b.example")), network.Options.Secret, key.CreateRequest(), _ => { }, TimeProvider.System, TestContext.Current.CancellationToken));

        Assert.Equal(before.Revision, (await network.Store.ListAsync("", TestContext.Current.CancellationToken)).Revision);
    }

    [Fact]
    public async Task Create_CredentialCannotBeDelivered_NothingIsWritten()
    {
        await using var network = await ManagedNetwork.StartAsync();
        await using var store = new MemoryStateStore(TimeProvider.System);
        using var key = NodeKey.New();

        await Assert.ThrowsAsync<IOException>(() => NetworkCreator.CreateAsync(
            store, new("Second", new("a", "a.example", "b.example")), network.Options.Secret, key.CreateRequest(), _ => throw new IOException("full"), TimeProvider.System, TestContext.Current.CancellationToken));

        Assert.Empty((await store.ListAsync("", TestContext.Current.CancellationToken)).Entries);
    }

    [Fact]
    public async Task Stop_NodesAttached_EndsTheirStreamsSoon()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        await using var replica = await network.StartReplicaAsync();
        using var client = network.Connect(core.Certificate, replica);
        await using var stream = await client.AttachAsync();
        await stream.SyncUntilAsync(_ => true);

        await replica.DisposeAsync();

        // The connection may close before the status has been read; a node comes back after either.
        var status = await stream.EndedAsync(TimeSpan.FromSeconds(5));
        Assert.Contains(status.StatusCode, new[] { Grpc.Core.StatusCode.Unavailable, Grpc.Core.StatusCode.Internal });
    }

    private static Task<IHost> BuildAsync(ManagerOptions options, IStateStore store) =>
        ManagerHost.BuildAsync(options, store, _ => { }, TimeProvider.System, TestContext.Current.CancellationToken);
}
