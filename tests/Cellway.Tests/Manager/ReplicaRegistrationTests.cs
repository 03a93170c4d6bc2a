using Cellway.Manager.Api;
using Cellway.Manager.Leadership;
using Cellway.Manager.Replicas;
using Cellway.Model.Replicas;
using Cellway.Model.State;
using Cellway.State.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.Tests.Manager;

public sealed class ReplicaRegistrationTests
{
    /// <summary>"The host has started" is told to everybody in no order: it once came here before the addresses were known.</summary>
    [Fact]
    public async Task Execute_ListenersAreNotBoundYet_SaysNothingBeforeItKnowsWhereTheyAre()
    {
        var token = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider(Samples.Now);
        await using var store = new MemoryStateStore(time);
        var keys = new StateKeys("net");
        using var lease = new ReplicaLease(store, new(), time, new(NullLogger<LeadershipLog>.Instance));
        using var replica = new Replica("a");
        var addresses = new ManagementAddresses();
        using var registration = new ReplicaRegistration(store, keys, replica, lease, addresses, time, new(NullLogger<ReplicaLog>.Instance));
        await lease.StartAsync(token);
        await registration.StartAsync(token);
        await lease.HoldAsync(token);
        Assert.Null(await store.GetAsync(keys.Replica("a"), token));

        addresses.Bind(["10.0.0.1:7443"], "127.0.0.1:7444");

        await foreach (var batch in store.WatchAsync(keys.Replica("a"), 1, token))
        {
            var record = StateJson.Read<ReplicaRecord>(batch.Changes[0].Entry!);
            Assert.Equal(["10.0.0.1:7443"], record.Endpoints);
            Assert.Equal("127.0.0.1:7444", record.Admin);
            break;
        }

        await registration.StopAsync(token);
        await lease.StopAsync(token);
    }
}
