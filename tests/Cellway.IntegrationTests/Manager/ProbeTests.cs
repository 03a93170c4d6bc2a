using Cellway.Manager.Api;
using Cellway.Model.Contracts;
using Cellway.Model.Identities;
using Google.Protobuf;

namespace Cellway.IntegrationTests.Manager;

public sealed class ProbeTests
{
    [Fact]
    public async Task Probe_GoodResult_CoreIsReady()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var (core, entry) = (await network.EnrollAsync(Role.Core), await network.EnrollAsync(Role.Entry));
        using var coreClient = network.Connect(core.Certificate);
        using var entryClient = network.Connect(entry.Certificate);
        await using var coreStream = await coreClient.AttachAsync(NodeClient.NewHello(9555));
        await using var entryStream = await entryClient.AttachAsync();

        var probe = (await entryStream.NextAsync(ManagementMessage.BodyOneofCase.Probe)).Probe;
        Assert.Equal((core.Id, "127.0.0.1", 9555u, "exit.north.example"), (probe.CoreId, probe.Target.Address, probe.Target.Port, probe.Target.ExitDomain));
        Assert.Equal(ByteString.CopyFrom(core.Key.KeyHash.ToArray()), probe.Target.CertificateKeyHash);
        Assert.True(probe.Target.RouteId.IsEmpty);
        await entryStream.SendAsync(new() { ProbeResult = new() { CoreId = core.Id, Milliseconds = 3 } });

        await UntilReadyAsync(network, core.Id);
    }

    [Fact]
    public async Task Probe_BadResult_CoreSaysWhyAndIsAskedAboutAgain()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var (core, entry) = (await network.EnrollAsync(Role.Core), await network.EnrollAsync(Role.Entry));
        using var coreClient = network.Connect(core.Certificate);
        using var entryClient = network.Connect(entry.Certificate);
        await using var coreStream = await coreClient.AttachAsync();
        await using var entryStream = await entryClient.AttachAsync();
        await entryStream.NextAsync(ManagementMessage.BodyOneofCase.Probe);

        await entryStream.SendAsync(new() { ProbeResult = new() { CoreId = core.Id, Error = "refused " + new string('x', 2_000_000) } });
        await entryStream.NextAsync(ManagementMessage.BodyOneofCase.Probe);

        var node = (await network.Admin.GetAsync<IReadOnlyList<NodeInfo>>("/v1/nodes")).Single(n => n.Id == core.Id);
        Assert.Equal("attached", node.State);
        Assert.StartsWith("refused xxx", node.Detail, StringComparison.Ordinal);
        Assert.InRange(node.Detail!.Length, 10, 300);
        Assert.DoesNotContain(new string('x', 1000), network.Log.Text, StringComparison.Ordinal);

        await entryStream.SendAsync(new() { ProbeResult = new() { CoreId = core.Id } });
        await UntilReadyAsync(network, core.Id);
    }

    [Fact]
    public async Task Probe_CoresOfOneCell_AreAskedOfEntriesInTurn()
    {
        // Handshakes with one name are few: no Entry may spend them for a whole cell.
        await using var network = await ManagedNetwork.StartAsync();
        string[] cells = [ManagedNetwork.Cell, "south", "east", "west"];
        foreach (var cell in cells.Skip(1))
        {
            await network.Admin.PostAsync<CellInfo>("/v1/cells", new NewCell(cell, $"entry.{cell}.example", $"exit.{cell}.example"));
        }

        var entries = new List<(NodeClient Client, AttachedStream Stream)>();
        for (var i = 0; i < 2; i++)
        {
            var client = network.Connect((await network.EnrollAsync(Role.Entry, cell: null)).Certificate);
            entries.Add((client, await client.AttachAsync()));
        }

        var cellOf = new Dictionary<string, string>();
        var cores = new List<(NodeClient Client, AttachedStream Stream)>();
        foreach (var cell in cells.Concat(cells))
        {
            var core = await network.EnrollAsync(Role.Core, cell);
            cellOf[core.Id] = cell;
            var client = network.Connect(core.Certificate);
            cores.Add((client, await client.AttachAsync()));
        }

        foreach (var (_, stream) in entries)
        {
            var asked = new List<string>();
            while (asked.Count < cells.Length)
            {
                asked.Add(cellOf[(await stream.NextAsync(ManagementMessage.BodyOneofCase.Probe)).Probe.CoreId]);
            }

            Assert.Equal(cells.Order(), asked.Order());
        }

        foreach (var (client, stream) in entries.Concat(cores))
        {
            await stream.DisposeAsync();
            client.Dispose();
        }
    }

    [Fact]
    public async Task Probe_ResultNobodyAskedFor_Ignored()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var (core, asked, other) = (await network.EnrollAsync(Role.Core), await network.EnrollAsync(Role.Entry), await network.EnrollAsync(Role.Entry));
        using var coreClient = network.Connect(core.Certificate);
        using var askedClient = network.Connect(asked.Certificate);
        using var otherClient = network.Connect(other.Certificate);
        await using var otherStream = await otherClient.AttachAsync();
        await otherStream.SendAsync(new() { ProbeResult = new() { CoreId = core.Id } }); // before anything
        await otherStream.HeartbeatAsync();
        await otherStream.SendAsync(new() { Leaving = new() });
        await otherStream.EndedAsync();

        await using var askedStream = await askedClient.AttachAsync();
        await using var coreStream = await coreClient.AttachAsync();
        await askedStream.NextAsync(ManagementMessage.BodyOneofCase.Probe);
        await using var otherAgain = await otherClient.AttachAsync();
        await otherAgain.SendAsync(new() { ProbeResult = new() { CoreId = core.Id } }); // another was asked
        await otherAgain.HeartbeatAsync();

        Assert.False(network.View.Sessions[core.Id].Ready);
    }

    [Fact]
    public async Task Probe_ResultFromACore_EndsItsStream()
    {
        await using var network = await ManagedNetwork.StartAsync();
        var core = await network.EnrollAsync(Role.Core);
        using var client = network.Connect(core.Certificate);
        await using var stream = await client.AttachAsync();

        await stream.SendAsync(new() { ProbeResult = new() { CoreId = core.Id } });

        Assert.Equal(Grpc.Core.StatusCode.InvalidArgument, (await stream.EndedAsync()).StatusCode);
        Assert.False(network.View.Sessions[core.Id].Ready);
    }

    internal static async Task UntilReadyAsync(ManagedNetwork network, params string[] cores)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        while (!cores.All(c => network.View.Sessions.TryGetValue(c, out var session) && session.Ready))
        {
            await Task.Delay(50, limit.Token);
        }
    }
}
