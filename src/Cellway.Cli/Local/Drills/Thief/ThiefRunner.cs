using Cellway.Manager.Api;

namespace Cellway.Cli.Local.Drills.Thief;

/// <summary>Plays a thief's drill on a network of its own.</summary>
internal sealed class ThiefRunner(Action<string> announce)
{
    private const string User = "people";

    public async Task<ThiefReport> RunAsync(ThiefDrill drill, CancellationToken cancellationToken)
    {
        await using var network = new DemoNetwork();
        await using var origin = await DemoOrigin.StartAsync(cancellationToken);
        announce("starting a throwaway network");
        var id = await network.CreateAsync(cancellationToken);
        await network.StartManagementAsync(cancellationToken);
        await network.StartNodesAsync(cancellationToken);
        using (var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            deadline.CancelAfter(TimeSpan.FromSeconds(150));
            await network.WaitUntilReadyAsync(deadline.Token);
        }

        await network.Admin.SendAsync(HttpMethod.Post, "users", new NewUser(User), AdminJson.Default.NewUser, AdminJson.Default.UserInfo, cancellationToken);
        var device = await network.Admin.SendAsync(
            HttpMethod.Post, "devices", new NewDevice(User, "phone", DemoNetwork.HomeCell), AdminJson.Default.NewDevice, AdminJson.Default.DeviceCredential, cancellationToken);
        var scene = new ThiefScene(network, id, device, origin.Address, announce);
        await drill.Try(scene, cancellationToken);
        return new(drill.Name, drill.Stolen, scene.Attempts.All(a => !a.Gained), scene.Attempts);
    }
}
