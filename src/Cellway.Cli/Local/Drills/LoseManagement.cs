using System.Globalization;
using Cellway.Manager.Api;

namespace Cellway.Cli.Local.Drills;

/// <summary>All of management is destroyed with its state, and built again elsewhere from a backup, by the commands of docs/operations/disaster.md.</summary>
internal static class LoseManagement
{
    private const string User = "latecomer";

    public static async Task<string> StrikeAsync(DrillStage stage, CancellationToken cancellationToken)
    {
        var network = stage.Network;
        var mirror = stage.Keep(await Mirror.StartAsync(cancellationToken));
        var file = Path.Combine(network.Directory, "network.backup");
        await network.TellNodesAsync(
            () => network.Admin.SendAsync(HttpMethod.Put, "mirrors", new MirrorList([mirror.Url]), AdminJson.Default.MirrorList, AdminJson.Default.MirrorList, cancellationToken), cancellationToken);
        await network.RunAsync("backup-create", ["backup", "create", file], cancellationToken);

        // What the backup does not know: a user, who is lost, and a Core, which comes back.
        await network.AddCoreAsync("core-late", "127.0.0.41", cancellationToken);
        await network.WaitUntilReadyAsync(cancellationToken);
        await network.Admin.SendAsync(HttpMethod.Post, "users", new NewUser(User), AdminJson.Default.NewUser, AdminJson.Default.UserInfo, cancellationToken);
        var before = await UsersAsync(network, cancellationToken);

        var lost = TimeProvider.System.GetTimestamp();
        await network.DestroyManagementAsync();
        await network.RunAsync("backup-restore", ["backup", "restore", file, "--state", network.NewManagement], cancellationToken);
        await network.StartNewManagementAsync(cancellationToken);
        var notice = Path.Combine(network.Directory, "moved.json");
        await network.RunAsync("mirror-notice", ["mirror", "notice", "--out", notice], cancellationToken);
        mirror.Publish(await File.ReadAllBytesAsync(notice, cancellationToken));
        await network.WaitUntilReadyAsync(cancellationToken);
        var back = TimeProvider.System.GetElapsedTime(lost);

        var gone = before.Except(await UsersAsync(network, cancellationToken), StringComparer.Ordinal);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"management and its state destroyed; restored at another address, every node back after {back.TotalSeconds:0.0} s; lost: what was made after the backup (user {string.Join(", ", gone)})");
    }

    private static async Task<IReadOnlyList<string>> UsersAsync(DemoNetwork network, CancellationToken cancellationToken) =>
        [.. (await network.Admin.GetAsync("users", AdminJson.Default.IReadOnlyListUserInfo, cancellationToken)).Select(u => u.Id)];
}
