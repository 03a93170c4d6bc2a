using System.Net;
using Cellway.Cli.Local;
using Cellway.Manager.Api;
using Cellway.Testing;

namespace Cellway.IntegrationTests.Accounting;

/// <summary>A network of real processes with devices under load, whose own count the books are compared with.</summary>
internal sealed class AccountedNetwork : IAsyncDisposable
{
    public static readonly string[] Cores = ["core-1", "core-2", "core-3"];

    private readonly TransferOrigin _origin = new();
    private int _devices;

    private AccountedNetwork(DemoNetwork network) => Network = network;

    public DemoNetwork Network { get; }

    public static async Task<AccountedNetwork> StartAsync(CancellationToken cancellationToken, DemoPlan? plan = null)
    {
        var accounted = new AccountedNetwork(new(plan: plan));
        try
        {
            await accounted.Network.CreateAsync(cancellationToken);
            await accounted.Network.StartManagementAsync(cancellationToken);
            await accounted.Network.StartNodesAsync(cancellationToken);
            await accounted.Network.WaitUntilReadyAsync(cancellationToken);
            await accounted.Network.Admin.SendAsync(
                HttpMethod.Post, "users", new NewUser("loader"), AdminJson.Default.NewUser, AdminJson.Default.UserInfo, cancellationToken);
            return accounted;
        }
        catch
        {
            await accounted.DisposeAsync();
            throw;
        }
    }

    /// <summary>A device, and load through a client of its own.</summary>
    public async Task<(string Device, TransferLoad Load)> NewDeviceAsync(CancellationToken cancellationToken)
    {
        var name = $"load-{++_devices}";
        var added = await Network.Admin.SendAsync(
            HttpMethod.Post, "devices", new NewDevice("loader", name, DemoNetwork.HomeCell), AdminJson.Default.NewDevice, AdminJson.Default.DeviceCredential, cancellationToken);
        var ready = await Network.ConnectAsync(name, added.SubscriptionUrls[0], cancellationToken);
        return (added.Device.Id, new(IPEndPoint.Parse(ready["proxy"]), _origin.Endpoint));
    }

    public Task<DeviceInfo> LimitAsync(string device, DeviceChange change, CancellationToken cancellationToken) => Network.Admin.SendAsync(
        HttpMethod.Patch, $"devices/{device}", change, AdminJson.Default.DeviceChange, AdminJson.Default.DeviceInfo, cancellationToken);

    /// <summary>What the books say of a device.</summary>
    public async Task<(long Up, long Down)> UsageOfAsync(string device, CancellationToken cancellationToken)
    {
        var usage = await Network.Admin.GetAsync($"usage?device={device}", AdminJson.Default.UsageInfo, cancellationToken);
        return (usage.BytesUp, usage.BytesDown);
    }

    /// <summary>Waits until the books say it, with a limit that only a slow machine needs.</summary>
    public async Task WaitForAsync(string device, Func<(long Up, long Down), bool> holds, string what, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        for (var usage = await UsageOfAsync(device, cancellationToken); !holds(usage); usage = await UsageOfAsync(device, cancellationToken))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(90), $"{what}: the books say {usage}");
            await Task.Delay(200, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync();
        await _origin.DisposeAsync();
    }
}
