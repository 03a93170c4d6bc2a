using System.Diagnostics;
using Cellway.Manager.Authority;
using Cellway.Manager.Backups.Schedule;
using Cellway.Model.Backups;

namespace Cellway.IntegrationTests.Backups;

public sealed class ScheduledBackupTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Make_ToADirectoryAndGit_IsAtBothPushedAndCanBeVerified()
    {
        await using var network = await SampleNetwork.CreateAsync();
        await GitAsync("init", "--quiet", "--bare", network["remote.git"]);
        await GitAsync("clone", "--quiet", network["remote.git"], network["clone"]);

        var made = await MakeAsync(network, [], new() { Directories = [network["disk"]], Git = [network["clone"]], Plain = true });

        Assert.Null(made.Error);
        Assert.Equal(2, made.Destinations.Count);
        Assert.Empty(network.Verify(Path.Combine(network["disk"], made.Name)).Problems);
        await GitAsync("clone", "--quiet", network["remote.git"], network["elsewhere"]);
        Assert.Empty(network.Verify(Path.Combine(network["elsewhere"], "backups", made.Name)).Problems);
        var node = await File.ReadAllTextAsync(Path.Combine(network["elsewhere"], "state", "nodes", "core1.json"), Token);
        Assert.Contains("\"participant\": \"ann\"", node, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(Path.Combine(network["elsewhere"], "state"), "*", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(file, Token);
            Assert.DoesNotContain("sealed", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("bob", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Make_OneDestinationFails_TheOtherHasItAndTheErrorIsKept()
    {
        await using var network = await SampleNetwork.CreateAsync();
        await File.WriteAllTextAsync(network["file"], "not a directory", Token);

        var made = await MakeAsync(network, [], new() { Directories = [network["file"], network["disk"]] });

        Assert.Contains(network["file"], made.Error, StringComparison.Ordinal);
        Assert.Equal([network["disk"]], made.Destinations);
        Assert.True(File.Exists(Path.Combine(network["disk"], made.Name)));
    }

    [Fact]
    public async Task Make_MoreThanAreKept_TheOldestGoesAndStrangersStay()
    {
        await using var network = await SampleNetwork.CreateAsync();
        Directory.CreateDirectory(network["disk"]);
        var old = BackupName.Of(network.Trust.Network!, new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await File.WriteAllTextAsync(Path.Combine(network["disk"], old), "old", Token);
        await File.WriteAllTextAsync(Path.Combine(network["disk"], "mine.txt"), "keep", Token);

        var made = await MakeAsync(network, [], new() { Directories = [network["disk"]], Keep = 1 });

        Assert.Equal(new[] { "mine.txt", made.Name }.Order(StringComparer.Ordinal), Directory.GetFiles(network["disk"]).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    private static async Task<BackupRecord> MakeAsync(SampleNetwork network, IReadOnlyCollection<BackupRecord> known, BackupOptions options)
    {
        using var authority = await NetworkAuthority.OpenAsync(network.Store, network.Keys, network.Trust.Network!, network.Secret, Token);
        return await new ScheduledBackup(network.Store, network.Keys, authority, options, TimeProvider.System).MakeAsync(known, Token);
    }

    private static async Task GitAsync(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardError = true })!;
        var errors = await git.StandardError.ReadToEndAsync(Token);
        await git.WaitForExitAsync(Token);
        Assert.True(git.ExitCode == 0, errors);
    }
}
