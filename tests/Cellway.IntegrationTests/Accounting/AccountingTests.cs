using Cellway.Cli.Local;
using Cellway.Manager.Api;

namespace Cellway.IntegrationTests.Accounting;

/// <summary>Real processes, real traffic, kill -9: the books are compared with the load's own count.</summary>
public sealed class AccountingTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Books_CoresAndManagementKilled_EqualTheLoadsOwnCount()
    {
        await using var network = await AccountedNetwork.StartAsync(Token);
        var (device, load) = await network.NewDeviceAsync(Token);
        Assert.True(await load.TransferAsync(1, 1)); // now the Entry knows the device, whatever becomes of management
        await network.Network.KillAsync(DemoNetwork.Management);

        var done = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => load.TransferAsync(i * 4099, (24 - i) * 100_003)));
        foreach (var core in AccountedNetwork.Cores)
        {
            await network.Network.KillAsync(core); // at once: nothing has been reported, management is away
        }

        Assert.DoesNotContain(false, done);
        await network.Network.RestartAsync(DemoNetwork.Management, Token);
        await Task.WhenAll(AccountedNetwork.Cores.Select(c => network.Network.RestartAsync(c, Token)));
        await network.WaitForAsync(device, usage => usage == load.Completed, $"completed {load.Completed}", Token);

        // Killed under load: what was completed is in the books, and no byte that was never sent.
        var loads = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => network.NewDeviceAsync(Token)));
        var moving = loads.Select(l => Task.WhenAll(Enumerable.Range(0, 40).Select(i => l.Load.TransferAsync(i * 999, i * 77_777)))).ToList();
        await network.Network.KillAsync(AccountedNetwork.Cores[0]);
        await network.Network.RestartAsync(AccountedNetwork.Cores[0], Token);
        await Task.WhenAll(moving);
        foreach (var (id, own) in loads)
        {
            var (least, most) = (own.Completed, (Up: own.Completed.Up + own.Broken.Up, Down: own.Completed.Down + own.Broken.Down));
            await network.WaitForAsync(id, usage => usage.Up >= least.Up && usage.Down >= least.Down, $"completed {least}", Token);
            var usage = await network.UsageOfAsync(id, Token);
            Assert.True(usage.Up <= most.Up && usage.Down <= most.Down, $"the books say {usage}, at most {most} were moved");
            Assert.True(own.Transfers.Broken > 0 || usage == least, $"the books say {usage}, {least} were moved");
        }
    }

    [Fact]
    public async Task Quota_Spent_EndsLiveSessionsUntilItIsRaised()
    {
        await using var network = await AccountedNetwork.StartAsync(Token);
        var (device, load) = await network.NewDeviceAsync(Token);
        await network.LimitAsync(device, new(BytesPerMonth: 3_000_000, BytesPerSecond: 1_000_000), Token);

        var cut = await load.TransferAsync(0, 50_000_000); // a minute, if it were let

        Assert.False(cut);
        var spent = await InfoAsync(network, device);
        Assert.True(spent is { Spent: true, BytesUsed: >= 3_000_000 and < 40_000_000 }, $"{spent}");
        Assert.False(await load.TransferAsync(10, 10));

        await network.LimitAsync(device, new(BytesPerMonth: 0, BytesPerSecond: 0), Token);
        var begun = TimeProvider.System.GetTimestamp();
        while (!await load.TransferAsync(10, 10))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(60), "the device is still refused");
            await Task.Delay(200, Token);
        }

        Assert.False((await InfoAsync(network, device)).Spent);
    }

    private static async Task<DeviceInfo> InfoAsync(AccountedNetwork network, string device) =>
        (await network.Network.Admin.GetAsync("devices", AdminJson.Default.IReadOnlyListDeviceInfo, Token)).Single(d => d.Id == device);
}
