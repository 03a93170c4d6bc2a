using Cellway.Manager.Api;
using Cellway.Manager.View;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Cellway.Model.State;

namespace Cellway.IntegrationTests.Manager;

/// <summary>Several replicas on one state: whatever works on one works on all.</summary>
public sealed class ReplicasTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_TwoReplicas_BothKnownOneLeads_AndTheOtherTakesOver()
    {
        await using var network = await ManagedNetwork.StartAsync();
        await using var second = await network.StartReplicaAsync();
        await EventuallyAsync(async () => await ListAsync(network.Admin) is { Count: 2 } all && all.Count(r => r.Leads) == 1);
        var both = await ListAsync(network.Admin);
        Assert.All(both, r => Assert.Equal("serving", r.State));
        Assert.Equal(new[] { network.Replica.Nodes, second.Nodes }.Order(StringComparer.Ordinal), both.SelectMany(r => r.Endpoints).Order(StringComparer.Ordinal));

        await second.DisposeAsync();

        await EventuallyAsync(async () => await ListAsync(network.Admin) is [{ Leads: true }]);
    }

    [Fact]
    public async Task Trust_SecondReplica_NodesLearnWhereItIsAndKeepThatWhenItIsGone()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        using var client = network.Connect(core.Certificate);
        await using var stream = await client.AttachAsync();
        await stream.SyncUntilAsync(held => held["trust"].Trust.Management.Count == 1);

        var second = await network.StartReplicaAsync();
        await stream.SyncUntilAsync(held => held["trust"].Trust.Management.Count == 2);
        Assert.Contains(second.Nodes, stream.Held["trust"].Trust.Management);
        Assert.Contains(second.Nodes, (await network.NewTokenAsync(Role.Core)).Endpoints);

        await second.DisposeAsync();
        await EventuallyAsync(async () => (await ListAsync(network.Admin)).Count == 1);
        using var again = network.Connect(core.Certificate);
        await using var later = await again.AttachAsync();
        await later.SyncUntilAsync(_ => true);
        Assert.Contains(second.Nodes, later.Held["trust"].Trust.Management);
    }

    [Fact]
    public async Task AnyRequest_OnTheOtherReplica_SeesWhatWasJustWritten()
    {
        await using var network = await ManagedNetwork.StartAsync();
        await using var second = await network.StartReplicaAsync();
        using var other = new AdminClient(second.Admin, network.Operator);
        var entry = await network.EnrollAsync(Role.Entry);
        using var client = network.Connect(entry.Certificate, second);
        for (var i = 0; i < 20; i++)
        {
            var device = await network.NewDeviceAsync($"user-{i}");
            Assert.Empty((await ResolveTests.ResolveAsync(client, device)).Targets); // known: an outage and not a stranger
            Assert.Equal(i + 1, (await other.GetAsync<IReadOnlyList<DeviceInfo>>("/v1/devices")).Count);
            Assert.Equal(200u, (await client.FetchSubscriptionAsync(new() { Token = ResolveTests.TokenOf(device), Method = "GET" })).Status);

            var core = await network.EnrollAsync(Role.Core);
            using var coreClient = network.Connect(core.Certificate, second);
            await using var stream = await coreClient.AttachAsync();
            await stream.NextUpdateAsync();
        }
    }

    [Fact]
    public async Task Attach_ToAnotherReplica_TakesTheSessionWithIt()
    {
        await using var network = await ManagedNetwork.StartAsync();
        await using var second = await network.StartReplicaAsync();
        var entry = await network.EnrollAsync(Role.Entry);
        using var client = network.Connect(entry.Certificate);
        using var elsewhere = network.Connect(entry.Certificate, second);
        await using var first = await client.AttachAsync();
        await first.SyncUntilAsync(_ => true);

        await using var now = await elsewhere.AttachAsync(NodeClient.NewHello(9999));
        await now.SyncUntilAsync(_ => true);
        await first.DisposeAsync();
        await now.HeartbeatAsync();

        await EventuallyAsync(() => Task.FromResult(network.View.Sessions[entry.Id].Port == 9999));
        Assert.Equal(2, (await ListAsync(network.Admin)).Count);
        await EventuallyAsync(async () => (await ListAsync(network.Admin)).Select(r => r.Nodes).Order().SequenceEqual([0, 1]));
    }

    [Fact]
    public async Task Stop_AnotherReplicaServes_NodesAreSentThereFirst()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var second = await network.StartReplicaAsync();
        await EventuallyAsync(async () => (await ListAsync(network.Admin)).Count == 2);
        var core = await network.EnrollAsync(Role.Core);
        var entry = await network.EnrollAsync(Role.Entry);
        var device = await network.NewDeviceAsync("bob");
        using var client = network.Connect(core.Certificate, second);
        using var entryClient = network.Connect(entry.Certificate, second);
        await using var stream = await client.AttachAsync();
        await using var entryStream = await entryClient.AttachAsync();
        await stream.SyncUntilAsync(_ => true);

        var stopping = second.DisposeAsync().AsTask();
        await stream.NextAsync(ManagementMessage.BodyOneofCase.GoElsewhere);

        // Calls on the old connection are answered as long as the node has no other.
        Assert.Empty((await ResolveTests.ResolveAsync(entryClient, device)).Targets);
        using var refused = network.Connect(core.Certificate, second);
        await using (var again = await refused.AttachAsync())
        {
            Assert.Equal(Grpc.Core.StatusCode.Unavailable, (await again.EndedAsync()).StatusCode);
        }

        using var moved = network.Connect(core.Certificate);
        await using var next = await moved.AttachAsync();
        await next.SyncUntilAsync(_ => true);
        await stream.DisposeAsync();
        await entryStream.DisposeAsync();
        await stopping;
        Assert.True(network.View.Sessions.ContainsKey(core.Id));
        await EventuallyAsync(async () => (await ListAsync(network.Admin)).Count == 1);
    }

    [Fact]
    public async Task SilentNode_OfAReplicaThatIsGone_OfflineAndItsRoutesMove()
    {
        await using var network = await ManagedNetwork.StartAsync(o => o with { PhoneHome = new() { OfflineAfter = TimeSpan.FromSeconds(3) } });
        await using var second = await network.StartReplicaAsync();
        var core = await network.EnrollAsync(Role.Core);
        using var client = network.Connect(core.Certificate, second);
        await using var stream = await client.AttachAsync();
        await stream.SyncUntilAsync(_ => true);
        await EventuallyAsync(() => Task.FromResult(network.View.Sessions.ContainsKey(core.Id)));

        await second.DisposeAsync();

        await EventuallyAsync(() => Task.FromResult(!network.View.Sessions.ContainsKey(core.Id)));
    }

    [Fact]
    public async Task RecordOfANewerForm_ReplicaWritesNothingMoreAndStops()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var failure = network.Replica.Get<ReplicaFailure>();
        var stopping = network.Replica.Get<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().ApplicationStopping;

        await network.Store.CommitAsync(new StateTransaction().Put(network.Keys.User("bob"), """{"schema":99}"""u8.ToArray()), Token);

        await EventuallyAsync(() => Task.FromResult(stopping.IsCancellationRequested));
        Assert.Contains("newer Cellway", failure.Reason!.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StateUnavailableException>(async () =>
            await network.Replica.Get<IStateStore>().CommitAsync(new StateTransaction().Put(network.Keys.User("eve"), "{}"u8.ToArray()), Token));
        var e = await Assert.ThrowsAsync<NewerSchemaException>(() => network.StartReplicaAsync());
        Assert.Contains("users/bob", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ViewThatCannotGoOn_ReplicaStops()
    {
        FaultyStore store = null!;
        await using var network = await ManagedNetwork.StartAsync(wrap: inner => store = new(inner));
        var stopping = network.Replica.Get<Microsoft.Extensions.Hosting.IHostApplicationLifetime>().ApplicationStopping;

        store.WatchFailure = new InvalidOperationException("A mistake of ours.");
        await store.CommitAsync(new StateTransaction().Put(network.Keys.User("bob"), "{}"u8.ToArray()), Token);

        await EventuallyAsync(() => Task.FromResult(stopping.IsCancellationRequested)); // it would serve what was true once, for ever
        Assert.Equal("A mistake of ours.", network.Replica.Get<ReplicaFailure>().Reason?.Message);
    }

    [Fact]
    public async Task RecordThatCannotBeRead_EverythingElseGoesOn()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var device = await network.NewDeviceAsync("bob");
        var other = await network.NewDeviceAsync("eve");
        var entry = await network.EnrollAsync(Role.Entry);
        using var client = network.Connect(entry.Certificate);

        await network.WriteAsync(new StateTransaction().Put(network.Keys.User("bob"), "{"u8.ToArray()));

        Assert.Equal(["users/bob"], (await network.Admin.GetAsync<NetworkStatus>("/v1/status")).Unreadable);
        Assert.Contains("users/bob", network.Log.Text, StringComparison.Ordinal);
        await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => ResolveTests.ResolveAsync(client, device));
        await ResolveTests.ResolveAsync(client, other);
        await using var restarted = await network.StartReplicaAsync();
        using var admin = new AdminClient(restarted.Admin, network.Operator);
        Assert.Equal(2, (await admin.GetAsync<IReadOnlyList<DeviceInfo>>("/v1/devices")).Count);
    }

    private static async Task<IReadOnlyList<ReplicaInfo>> ListAsync(AdminClient admin) => await admin.GetAsync<IReadOnlyList<ReplicaInfo>>("/v1/replicas");

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Soon);
        while (!await condition())
        {
            await Task.Delay(50, limit.Token);
        }
    }
}
