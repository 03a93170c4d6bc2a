using Cellway.Manager.Api;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Google.Protobuf;
using Grpc.Core;

namespace Cellway.IntegrationTests.Manager;

public sealed class PhoneHomeTests
{
    [Fact]
    public async Task Attach_Core_SnapshotThenDeltasOfItsOwnRoutes()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        using var client = network.Connect(core.Certificate);
        await using var stream = await client.AttachAsync();

        var snapshot = await stream.NextUpdateAsync();
        Assert.True(snapshot.Snapshot);
        Assert.Equal(["core/cell", "core/entries", "names/exit/north", "trust"], stream.Held.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("exit.north.example", stream.Held["core/cell"].CoreCell.ExitDomain);
        Assert.StartsWith("-----BEGIN CERTIFICATE", stream.Held["core/cell"].CoreCell.Certificate.Chain.ToStringUtf8(), StringComparison.Ordinal);
        using var webKey = System.Security.Cryptography.ECDsa.Create();
        webKey.ImportPkcs8PrivateKey(stream.Held["core/cell"].CoreCell.Certificate.PrivateKey.Span, out _);
        Assert.Equal(network.Replica.Nodes, Assert.Single(stream.Held["trust"].Trust.Management));
        await stream.AckAsync(snapshot);

        var device = await network.NewDeviceAsync("bob");
        await stream.SyncUntilAsync(held => RoutesIn(held).Count == 1);
        await network.Admin.ExpectAsync<DeviceInfo>(HttpMethod.Patch, $"/v1/devices/{device.Device.Id}", new DeviceChange(Disabled: true));
        await stream.SyncUntilAsync(held => RoutesIn(held).Count == 0);
        await network.Admin.ExpectAsync<DeviceInfo>(HttpMethod.Patch, $"/v1/devices/{device.Device.Id}", new DeviceChange(Disabled: false));
        await stream.SyncUntilAsync(held => RoutesIn(held).Count == 1);
        await network.Admin.SendAsync(HttpMethod.Delete, $"/v1/devices/{device.Device.Id}", null);
        await stream.SyncUntilAsync(held => RoutesIn(held).Count == 0);
        Assert.True(await stream.HasNoUpdateAsync());
    }

    [Fact]
    public async Task Attach_Entry_GetsItsCellsAndNeverARoute()
    {
        await using var network = await ManagedNetwork.StartAsync();
        await network.Admin.PostAsync<CellInfo>("/v1/cells", new NewCell("south", "entry.south.example", "exit.south.example"));
        await network.NewDeviceAsync("bob");
        var ofAll = await network.EnrollAsync(Role.Entry, cell: null);
        var ofOne = await network.EnrollAsync(Role.Entry);
        using var clientOfAll = network.Connect(ofAll.Certificate);
        using var clientOfOne = network.Connect(ofOne.Certificate);
        await using var all = await clientOfAll.AttachAsync();
        await using var one = await clientOfOne.AttachAsync();

        await all.SyncUntilAsync(_ => true);
        await one.SyncUntilAsync(_ => true);

        Assert.Equal(
            ["entry/cells/north", "entry/cells/south", "names/entry/north", "names/entry/south", "names/exit/north", "names/exit/south", "trust"],
            all.Held.Keys.Order(StringComparer.Ordinal));
        Assert.Equal( // a route may lead to any cell's Core
            ["entry/cells/north", "names/entry/north", "names/exit/north", "names/exit/south", "trust"], one.Held.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("entry.north.example", one.Held["entry/cells/north"].EntryCell.EntryDomain);
    }

    [Fact]
    public async Task Attach_HoldingEverything_GetsOnlyWhatIsMissing()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        using var client = network.Connect(core.Certificate);
        var hello = NodeClient.NewHello();
        await using (var first = await client.AttachAsync())
        {
            await first.SyncUntilAsync(_ => true);
            hello.AppliedRevision = 1;
            hello.Resources.Add(first.Held.ToDictionary(r => r.Key, r => r.Value.Version));
        }

        hello.Resources.Add("core/gone", 7); // a form of long ago: no shard, which the device might fall into
        await network.NewDeviceAsync("bob");
        await using var second = await client.AttachAsync(hello);
        var update = await second.NextUpdateAsync();

        Assert.False(update.Snapshot);
        Assert.StartsWith("core/routes/", Assert.Single(update.Set).Name, StringComparison.Ordinal);
        Assert.Equal("core/gone", Assert.Single(update.Removed));
    }

    [Fact]
    public async Task Attach_RefusedUpdate_IsLoggedAndTheNextChangeStillComes()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        using var client = network.Connect(core.Certificate);
        await using var stream = await client.AttachAsync();

        await stream.AckAsync(await stream.NextUpdateAsync(), error: "disk full");
        await network.NewDeviceAsync("bob");
        await stream.SyncUntilAsync(held => RoutesIn(held).Count == 1);

        Assert.Contains("disk full", network.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attach_AcknowledgesWhatWasNotSent_Refused()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        using var client = network.Connect(core.Certificate);
        await using var stream = await client.AttachAsync();
        var update = await stream.NextUpdateAsync();

        await stream.SendAsync(new() { Ack = new() { Revision = update.Revision + 1 } });

        Assert.Equal(StatusCode.InvalidArgument, (await stream.EndedAsync()).StatusCode);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(65536, "")]
    [InlineData(443, "not an address")]
    [InlineData(443, "UPPER.example")]
    public async Task Attach_BadHello_Refused(int port, string address)
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        using var client = network.Connect(core.Certificate);
        await using var stream = await client.AttachAsync(new Hello { Port = (uint)port, Address = address });

        Assert.Equal(StatusCode.InvalidArgument, (await stream.EndedAsync()).StatusCode);
        Assert.Equal("offline", await StateOfAsync(network, core.Id));
    }

    [Fact]
    public async Task Attach_SecondHello_Refused()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        using var client = network.Connect(core.Certificate);
        await using var stream = await client.AttachAsync();

        await stream.SendAsync(new() { Hello = NodeClient.NewHello() });

        Assert.Equal(StatusCode.InvalidArgument, (await stream.EndedAsync()).StatusCode);
    }

    [Fact]
    public async Task Heartbeat_LongerThanTheLease_KeepsTheNodeAttachedAndSilenceDoesNot()
    {
        await using var network = await ManagedNetwork.StartAsync(o => o with { PhoneHome = new() { OfflineAfter = TimeSpan.FromSeconds(2) } });
        var entry = await network.EnrollAsync(Role.Entry);
        using var client = network.Connect(entry.Certificate);
        await using var stream = await client.AttachAsync();
        await stream.SyncUntilAsync(_ => true);

        for (var i = 1; i <= 8; i++)
        {
            await Task.Delay(500, TestContext.Current.CancellationToken);
            await stream.HeartbeatAsync((uint)i);
            Assert.Equal("ready", await StateOfAsync(network, entry.Id));
        }

        var node = Assert.Single(await network.Admin.GetAsync<IReadOnlyList<NodeInfo>>("/v1/nodes"));
        Assert.Equal((8u, "1.2.3", "127.0.0.1:9443"), (node.Sessions, node.Version, node.Address));

        await Eventually(async () => await StateOfAsync(network, entry.Id) == "offline", TimeSpan.FromSeconds(8));
        Assert.Empty(network.View.Sessions);
        await stream.HeartbeatAsync();
        await Eventually(async () => await StateOfAsync(network, entry.Id) == "ready", TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Leaving_AttachedNode_OfflineAtOnce()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var entry = await network.EnrollAsync(Role.Entry);
        using var client = network.Connect(entry.Certificate);
        await using var stream = await client.AttachAsync();
        await stream.SyncUntilAsync(_ => true);

        await stream.SendAsync(new() { Leaving = new() });

        Assert.Equal(StatusCode.OK, (await stream.EndedAsync()).StatusCode);
        await Eventually(async () => await StateOfAsync(network, entry.Id) == "offline", TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Attach_SecondStream_ReplacesTheFirst()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        using var client = network.Connect(core.Certificate);
        await using var first = await client.AttachAsync();
        await first.SyncUntilAsync(_ => true);

        await using var second = await client.AttachAsync(NodeClient.NewHello(9999));
        await second.SyncUntilAsync(_ => true);

        Assert.Equal(StatusCode.Unavailable, (await first.EndedAsync()).StatusCode);
        await second.HeartbeatAsync();
        Assert.Equal(9999, network.View.Sessions[core.Id].Port);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Revoke_AttachedNode_StreamEndsInFiveSeconds(bool acknowledges)
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        using var client = network.Connect(core.Certificate);
        await using var stream = await client.AttachAsync();
        var update = await stream.NextUpdateAsync();
        if (acknowledges)
        {
            await stream.AckAsync(update);
        }

        await network.Admin.PostAsync<NodeInfo>($"/v1/nodes/{core.Id}/revoke");

        Assert.Equal(StatusCode.PermissionDenied, (await stream.EndedAsync(TimeSpan.FromSeconds(5))).StatusCode);
        await using var again = await client.AttachAsync();
        Assert.Contains((await again.EndedAsync()).StatusCode, new[] { StatusCode.PermissionDenied, StatusCode.Unauthenticated });
        Assert.Equal("revoked", await StateOfAsync(network, core.Id));
    }

    [Fact]
    public async Task Revoke_AnotherNode_IsPushedToThoseAttached()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        var entry = await network.EnrollAsync(Role.Entry);
        using var client = network.Connect(core.Certificate);
        await using var stream = await client.AttachAsync();
        await stream.SyncUntilAsync(_ => true);
        Assert.Empty(stream.Held["trust"].Trust.RevokedKeyHashes);

        await network.Admin.PostAsync<NodeInfo>($"/v1/nodes/{entry.Id}/revoke");
        await stream.SyncUntilAsync(held => held["trust"].Trust.RevokedKeyHashes.Count == 1);

        Assert.Equal(ByteString.CopyFrom(entry.Key.KeyHash.ToArray()), stream.Held["trust"].Trust.RevokedKeyHashes[0]);
    }

    [Fact]
    public async Task Drain_NodeThatWithholdsItsAck_IsTold()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        using var client = network.Connect(core.Certificate);
        await using var stream = await client.AttachAsync();
        await stream.NextUpdateAsync();

        await network.Admin.PostAsync<NodeInfo>($"/v1/nodes/{core.Id}/drain");

        await stream.NextAsync(ManagementMessage.BodyOneofCase.Drain, TimeSpan.FromSeconds(5));
        Assert.Equal("draining", await StateOfAsync(network, core.Id));
    }

    private static List<ByteString> RoutesIn(Dictionary<string, Resource> held) =>
        [.. held.Values.Where(r => r.Routes is not null).SelectMany(r => r.Routes.Routes).Select(r => r.RouteId)];

    private static async Task<string> StateOfAsync(ManagedNetwork network, string node) =>
        (await network.Admin.GetAsync<IReadOnlyList<NodeInfo>>("/v1/nodes")).Single(n => n.Id == node).State;

    private static async Task Eventually(Func<Task<bool>> condition, TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        while (!await condition())
        {
            await Task.Delay(50, limit.Token);
        }
    }
}
