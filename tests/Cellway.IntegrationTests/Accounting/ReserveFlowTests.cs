using Cellway.Cli.Local;
using Cellway.Manager.Api;

namespace Cellway.IntegrationTests.Accounting;

/// <summary>Real processes: a cell loses its Core, and its device is carried by what others lend, no further than they lend.</summary>
public sealed class ReserveFlowTests
{
    private const int Lent = 2_000_000;
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private static readonly DemoPlan Plan = new()
    {
        Cells = [new(DemoNetwork.HomeCell, 1), new("small", 1, "carol", Lent), new("large", 1, "dave", 0)],
    };

    [Fact]
    public async Task CellWithoutACore_LentOnesCarryItsDevice_AsFarAsTheyLend()
    {
        await using var network = await AccountedNetwork.StartAsync(Token, Plan);
        var (device, load) = await network.NewDeviceAsync(Token);
        Assert.True(await load.TransferAsync(10, 10));
        Assert.Equal(DemoNetwork.HomeCell, await CellOfAsync(network, device));

        await network.Network.KillAsync("core-1");
        await UntilAsync("nothing is lent", () => load.TransferAsync(10, 10));
        Assert.Equal("small", await CellOfAsync(network, device)); // dave lends nothing: quota 0

        await UntilAsync("the reserve is not spent", async () =>
        {
            await load.TransferAsync(10, 1_000_000); // the last of these may be cut
            return (await ParticipantAsync(network, "carol")).ReserveSpent;
        });
        Assert.InRange((await ParticipantAsync(network, "carol")).BytesLent, Lent, 20 * Lent);
        await UntilAsync("it is carried by who lends nothing more", async () => await CellOfAsync(network, device) != "small" && !await load.TransferAsync(10, 10));

        await network.Network.Admin.SendAsync(
            HttpMethod.Patch, "participants/dave", new ParticipantChange(1L << 40), AdminJson.Default.ParticipantChange, AdminJson.Default.ParticipantInfo, Token);
        await UntilAsync("the next reserve is not used", () => load.TransferAsync(10, 10));
        Assert.Equal("large", await CellOfAsync(network, device));
        Assert.True((await ParticipantAsync(network, "carol")).ReserveSpent);
    }

    [Fact]
    public async Task CellHasACoreAgain_ItsDevicesComeHomeInSteps_AndLoseNothing()
    {
        const int Devices = 16; // all in the same of eight steps: once in 8^15
        await using var network = await AccountedNetwork.StartAsync(Token, new()
        {
            Cells = [new(DemoNetwork.HomeCell, 1), new("other", 1, "carol")],
            Management = ["--return-after", "10s", "--return-every", "2s"],
            Entry = ["--retry-every", "1"], // so that they trust the Core again before its devices come
        });
        var (device, load) = await network.NewDeviceAsync(Token);
        for (var i = 1; i < Devices; i++)
        {
            await network.Network.Admin.SendAsync(
                HttpMethod.Post, "devices", new NewDevice("loader", $"more-{i}", DemoNetwork.HomeCell), AdminJson.Default.NewDevice, AdminJson.Default.DeviceCredential, Token);
        }

        await network.Network.KillAsync("core-1");
        await UntilAsync("nothing is lent", () => load.TransferAsync(10, 10));
        await UntilAsync("not all were lent a Core", async () => await HomeAsync(network) == 0);
        await network.Network.RestartAsync("core-1", Token);

        HashSet<int> seen = [];
        await UntilAsync("not all came home", async () =>
        {
            Assert.True(await load.TransferAsync(10, 10));
            seen.Add(await HomeAsync(network));
            return seen.Contains(Devices);
        });
        Assert.Contains(seen, home => home is > 0 and < Devices);
        Assert.Equal(DemoNetwork.HomeCell, await CellOfAsync(network, device));
    }

    private static async Task<int> HomeAsync(AccountedNetwork network)
    {
        var nodes = (await network.Network.Admin.GetAsync("nodes", AdminJson.Default.IReadOnlyListNodeInfo, Token)).ToDictionary(n => n.Id, n => n.Cell);
        var devices = await network.Network.Admin.GetAsync("devices", AdminJson.Default.IReadOnlyListDeviceInfo, Token);
        return devices.Count(d => d.Core is not null && nodes.GetValueOrDefault(d.Core) == DemoNetwork.HomeCell);
    }

    private static async Task<string?> CellOfAsync(AccountedNetwork network, string device)
    {
        var core = (await network.Network.Admin.GetAsync("devices", AdminJson.Default.IReadOnlyListDeviceInfo, Token)).Single(d => d.Id == device).Core;
        return (await network.Network.Admin.GetAsync("nodes", AdminJson.Default.IReadOnlyListNodeInfo, Token)).SingleOrDefault(n => n.Id == core)?.Cell;
    }

    private static async Task<ParticipantInfo> ParticipantAsync(AccountedNetwork network, string id) =>
        (await network.Network.Admin.GetAsync("participants", AdminJson.Default.IReadOnlyListParticipantInfo, Token)).Single(p => p.Id == id);

    private static async Task UntilAsync(string otherwise, Func<Task<bool>> holds)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromMinutes(2), otherwise);
            await Task.Delay(200, Token);
        }
    }
}
