using Cellway.Manager.Api;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;

namespace Cellway.IntegrationTests.Manager;

/// <summary>From what an Entry says of a Core to the routes.</summary>
public sealed class FindingsTests
{
    [Fact]
    public async Task EntryReachesACoreNoLonger_ItLeavesTheRoutes_SessionsAreToldToEnd_AndItComesBackSettled()
    {
        await using var network = await ManagedNetwork.StartAsync(
            o => o with { Routing = new() { SettleAfter = TimeSpan.FromSeconds(1), ReprobeEvery = TimeSpan.FromMilliseconds(300) } });
        var (first, second, entry) = (await network.EnrollAsync(Role.Core), await network.EnrollAsync(Role.Core), await network.EnrollAsync(Role.Entry));
        using var firstClient = network.Connect(first.Certificate);
        using var secondClient = network.Connect(second.Certificate);
        using var entryClient = network.Connect(entry.Certificate);
        await using var firstStream = await firstClient.AttachAsync(NodeClient.NewHello(9555));
        await using var secondStream = await secondClient.AttachAsync(NodeClient.NewHello(9556));
        await using var entryStream = await entryClient.AttachAsync();
        while (await StateOfAsync(network, first.Id) != "ready" || await StateOfAsync(network, second.Id) != "ready")
        {
            await AnswerAsync(entryStream);
        }

        await entryStream.SendAsync(new() { Findings = new() { Whole = true, Cores = { Of(first.Id, CoreReach.Reachable), Of(second.Id, CoreReach.Reachable) } } });
        await UntilAsync(() => network.View.EntryReports.ContainsKey(entry.Id));
        await entryStream.SendAsync(new() { Findings = new() { Cores = { Of(first.Id, CoreReach.Stalls) } } });

        Assert.Equal([first.Id], (await entryStream.NextAsync(ManagementMessage.BodyOneofCase.CloseSessions)).CloseSessions.CoreIds);
        Assert.Equal("out", await StateOfAsync(network, first.Id));
        Assert.Contains("stalls", (await network.Admin.GetAsync<IReadOnlyList<NodeInfo>>("/v1/nodes")).Single(n => n.Id == first.Id).Detail, StringComparison.Ordinal);

        await entryStream.SendAsync(new() { Findings = new() { Cores = { Of(first.Id, CoreReach.Reachable) } } });
        await AnswerAsync(entryStream);
        Assert.Equal("out", await StateOfAsync(network, first.Id)); // not settled yet
        while (await StateOfAsync(network, first.Id) != "ready")
        {
            await AnswerAsync(entryStream);
        }

        await entryStream.SendAsync(new() { Leaving = new() });
        await UntilAsync(() => !network.View.EntryReports.ContainsKey(entry.Id)); // what it saw says nothing about now
    }

    [Fact]
    public async Task EntryLosesACore_AnotherThatReachedItIsAskedToLookAgain()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var (core, first, second) = (await network.EnrollAsync(Role.Core), await network.EnrollAsync(Role.Entry), await network.EnrollAsync(Role.Entry));
        using var coreClient = network.Connect(core.Certificate);
        using var firstClient = network.Connect(first.Certificate);
        using var secondClient = network.Connect(second.Certificate);
        await using var coreStream = await coreClient.AttachAsync(NodeClient.NewHello(9557));
        await using var firstStream = await firstClient.AttachAsync();
        while (await StateOfAsync(network, core.Id) != "ready")
        {
            await AnswerAsync(firstStream);
        }

        await using var secondStream = await secondClient.AttachAsync();
        await secondStream.SendAsync(new() { Findings = new() { Whole = true, Cores = { Of(core.Id, CoreReach.Reachable) } } });
        await UntilAsync(() => network.View.EntryReports.ContainsKey(second.Id));
        await firstStream.SendAsync(new() { Findings = new() { Whole = true, Cores = { Of(core.Id, CoreReach.Unreachable) } } });

        Assert.Equal(core.Id, (await secondStream.NextAsync(ManagementMessage.BodyOneofCase.Probe)).Probe.CoreId);
        Assert.Equal("ready", await StateOfAsync(network, core.Id)); // one of two is not most of them
    }

    [Fact]
    public async Task Node_DrainedAndResumed_IsToldBoth()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        using var client = network.Connect(core.Certificate);
        await using var stream = await client.AttachAsync();
        await network.Admin.PostAsync<NodeInfo>($"/v1/nodes/{core.Id}/drain");
        await stream.NextAsync(ManagementMessage.BodyOneofCase.Drain);

        await network.Admin.PostAsync<NodeInfo>($"/v1/nodes/{core.Id}/resume");

        await stream.NextAsync(ManagementMessage.BodyOneofCase.Resume);
        Assert.Equal("attached", await StateOfAsync(network, core.Id));
    }

    [Fact]
    public async Task Device_MovedToACore_IsPinnedThereUntilUnpinned()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        var device = (await network.NewDeviceAsync("bob")).Device;

        var pinned = await network.Admin.PostAsync<DeviceInfo>($"/v1/devices/{device.Id}/move", new DeviceMove(core.Id));
        Assert.Equal((core.Id, ManagedNetwork.Cell), (pinned.PinnedCore, pinned.Cell));
        Assert.Null((await network.Admin.PostAsync<DeviceInfo>($"/v1/devices/{device.Id}/move", new DeviceMove(Unpin: true))).PinnedCore);
        Assert.Null((await network.Admin.PostAsync<DeviceInfo>($"/v1/devices/{device.Id}/move", new DeviceMove(Cell: ManagedNetwork.Cell))).PinnedCore);
    }

    private static async Task AnswerAsync(AttachedStream entry)
    {
        var probe = (await entry.NextAsync(ManagementMessage.BodyOneofCase.Probe)).Probe;
        await entry.SendAsync(new() { ProbeResult = new() { CoreId = probe.CoreId, Milliseconds = 3 } });
        await entry.SendAsync(new() { Heartbeat = new() });
        await entry.NextAsync(ManagementMessage.BodyOneofCase.Heartbeat); // taken in
    }

    private static CoreFinding Of(string core, CoreReach reach) => new() { CoreId = core, ExitDomain = "exit.north.example", Reach = reach, Milliseconds = 20 };

    private static async Task<string> StateOfAsync(ManagedNetwork network, string node) =>
        (await network.Admin.GetAsync<IReadOnlyList<NodeInfo>>("/v1/nodes")).Single(n => n.Id == node).State;

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
