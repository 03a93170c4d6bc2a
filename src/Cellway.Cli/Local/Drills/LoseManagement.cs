using System.Globalization;
using Cellway.Manager.Api;

namespace Cellway.Cli.Local.Drills;

/// <summary>All of management is destroyed with its state, and built again elsewhere from a backup, by the commands of docs/operations/disaster.md.</summary>
internal static class LoseManagement
{
    private const string User = "latecomer";
    private const string Sleeper = "sleeper";

    public static async Task<string> StrikeAsync(DrillStage stage, CancellationToken cancellationToken)
    {
        var network = stage.Network;
        var mirror = stage.Keep(await Mirror.StartAsync(cancellationToken));
        var file = Path.Combine(network.Directory, "network.backup");
        await network.TellNodesAsync(
            () => network.Admin.SendAsync(HttpMethod.Put, "mirrors", new MirrorList([mirror.Url]), AdminJson.Default.MirrorList, AdminJson.Default.MirrorList, cancellationToken), cancellationToken);
        var sleeper = await SleeperAsync(network, cancellationToken);
        await network.RunAsync("backup-create", ["backup", "create", file], cancellationToken);

        // What the backup does not know: a user, who is lost, and a Core, which comes back.
        await network.AddCoreAsync("core-late", "127.0.0.41", cancellationToken);
        await network.WaitUntilReadyAsync(cancellationToken);
        await network.Admin.SendAsync(HttpMethod.Post, "users", new NewUser(User), AdminJson.Default.NewUser, AdminJson.Default.UserInfo, cancellationToken);
        var before = await UsersAsync(network, cancellationToken);

        await network.DestroyManagementAsync();
        var lost = TimeProvider.System.GetTimestamp();
        await network.RunAsync("backup-restore", ["backup", "restore", file, "--state", network.NewManagement], cancellationToken);
        await network.StartNewManagementAsync(cancellationToken);
        var notice = Path.Combine(network.Directory, "moved.json");
        await network.RunAsync("mirror-notice", ["mirror", "notice", "--out", notice], cancellationToken);
        mirror.Publish(await File.ReadAllBytesAsync(notice, cancellationToken));
        var published = TimeProvider.System.GetElapsedTime(lost);
        await network.WaitUntilReadyAsync(cancellationToken);
        var back = TimeProvider.System.GetElapsedTime(lost);
        while (!await DrillLoad.TryFetchAsync(sleeper, stage.Page, cancellationToken))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }

        var served = TimeProvider.System.GetElapsedTime(lost);
        var gone = before.Except(await UsersAsync(network, cancellationToken), StringComparer.Ordinal);
        var losses = await network.Admin.GetAsync("backups/lost", AdminJson.Default.BackupLosses, cancellationToken);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"management and its state destroyed; restored and serving at another address after {published.TotalSeconds:0.0} s, every node back after {back.TotalSeconds:0.0} s, a session of somebody who had none after {served.TotalSeconds:0.0} s; came back: {string.Join(", ", losses.Learned.Select(l => $"{l.What["restored ".Length..]} of {l.Subject}").Order(StringComparer.Ordinal))}; lost: what was made after the backup (user {string.Join(", ", gone)})");
    }

    /// <summary>Somebody whom no Entry remembers: their session needs management.</summary>
    /// <returns>Where their client app listens.</returns>
    private static async Task<string> SleeperAsync(DemoNetwork network, CancellationToken cancellationToken)
    {
        await network.Admin.SendAsync(HttpMethod.Post, "users", new NewUser(Sleeper), AdminJson.Default.NewUser, AdminJson.Default.UserInfo, cancellationToken);
        var device = await network.Admin.SendAsync(
            HttpMethod.Post, "devices", new NewDevice(Sleeper, "phone", DemoNetwork.HomeCell), AdminJson.Default.NewDevice, AdminJson.Default.DeviceCredential, cancellationToken);
        return (await network.ConnectAsync("client-sleeper", device.SubscriptionUrls[0], cancellationToken))["proxy"];
    }

    private static async Task<IReadOnlyList<string>> UsersAsync(DemoNetwork network, CancellationToken cancellationToken) =>
        [.. (await network.Admin.GetAsync("users", AdminJson.Default.IReadOnlyListUserInfo, cancellationToken)).Select(u => u.Id)];
}
