using Cellway.Manager.Api;

namespace Cellway.Cli.Local.Drills;

/// <summary>Plays a drill on a network of its own, under constant load, and counts what users lost.</summary>
internal sealed class DrillRunner(Action<string> announce)
{
    private const string User = "people";
    private const int Clients = 2;
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10); // twice as long as a request may hang
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(120);

    public async Task<DrillReport> RunAsync(Drill drill, CancellationToken cancellationToken)
    {
        await using var censor = new Censor();
        await using var network = new DemoNetwork(censor);
        await using var origin = await DemoOrigin.StartAsync(cancellationToken);
        announce("starting a throwaway network");
        await network.CreateAsync(cancellationToken);
        await network.StartManagementAsync(cancellationToken);
        await network.StartNodesAsync(cancellationToken);
        using (var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            deadline.CancelAfter(TimeSpan.FromSeconds(90));
            await network.WaitUntilReadyAsync(deadline.Token);
        }

        await network.Admin.SendAsync(HttpMethod.Post, "users", new NewUser(User), AdminJson.Default.NewUser, AdminJson.Default.UserInfo, cancellationToken);
        var added = await network.Admin.SendAsync(
            HttpMethod.Post, "devices", new NewDevice(User, "phone", DemoNetwork.HomeCell), AdminJson.Default.NewDevice, AdminJson.Default.DeviceCredential, cancellationToken);
        List<string> proxies = [];
        for (var i = 0; i < Clients; i++)
        {
            proxies.Add((await network.ConnectAsync($"client-{i + 1}", added.SubscriptionUrls[0], cancellationToken))["proxy"]);
        }

        var page = new Uri(origin.Address, "hello");
        await using var load = new DrillLoad(proxies, page);
        await Task.Delay(Before, TimeProvider.System, cancellationToken);
        if (!load.Requests.Any(r => r.Answered))
        {
            throw new CliException("The network carried nothing even before the drill: “cellway demo” shows what is wrong.");
        }

        await using var stage = new DrillStage(network, censor, added.Device.Id, proxies[0], page);
        announce(drill.What);
        var fault = TimeProvider.System.GetTimestamp();
        var done = await drill.Strike(stage, cancellationToken);
        return new(drill.Name, done, await WatchAsync(stage, load, fault, cancellationToken));
    }

    // Until all has been well for a while.
    private static async Task<DrillLoss> WatchAsync(DrillStage stage, DrillLoad load, long fault, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), time, cancellationToken);
            var now = time.GetTimestamp();
            var loss = DrillLoss.Of(load.Requests, fault, now, time);
            var isOver = loss.Recovered && stage.DoneAt is { } done && time.GetElapsedTime(fault, now) - loss.Recovery >= Quiet && time.GetElapsedTime(done, now) >= Quiet;
            if (isOver || time.GetElapsedTime(fault, now) >= AtMost)
            {
                return loss;
            }
        }
    }
}
