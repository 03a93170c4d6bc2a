using System.Diagnostics;
using Cellway.Manager.Authority;
using Cellway.Manager.Backups.Schedule;
using Cellway.Model.Backups;
using Microsoft.Extensions.Time.Testing;

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

    [Fact]
    public async Task Make_ReplicasWithClonesOfTheirOwn_GoOnFromEachOther()
    {
        await using var network = await SampleNetwork.CreateAsync();
        await GitAsync("init", "--quiet", "--bare", network["remote.git"]);
        await GitAsync("clone", "--quiet", network["remote.git"], network["one"]);
        await GitAsync("clone", "--quiet", network["remote.git"], network["other"]);
        List<BackupRecord> made = [];
        foreach (var clone in (string[])["one", "other", "one", "other"])
        {
            made.Add(await MakeAsync(network, made, new() { Git = [network[clone]], Plain = true, Keep = 3 }));
            Assert.Null(made[^1].Error);
        }

        await GitAsync("clone", "--quiet", network["remote.git"], network["elsewhere"]);
        Assert.Equal(made.Skip(1).Select(m => m.Name), Directory.GetFiles(network["elsewhere/backups"]).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        Assert.Equal("4", await GitAsync("-C", network["elsewhere"], "rev-list", "--count", "HEAD"));
        Assert.Equal($"A\tbackups/{made[2].Name}", await GitAsync("-C", network["elsewhere"], "diff", "--name-status", "HEAD~2", "HEAD~1")); // what did not change is no difference
    }

    [Fact]
    public async Task Make_RemoteIsAway_IsCommittedHereAndGoesOutWithTheNext()
    {
        await using var network = await SampleNetwork.CreateAsync();
        await GitAsync("init", "--quiet", "--bare", network["remote.git"]);
        await GitAsync("clone", "--quiet", network["remote.git"], network["clone"]);
        var options = new BackupOptions { Git = [network["clone"]] };
        var first = await MakeAsync(network, [], options);
        Directory.Move(network["remote.git"], network["away.git"]);
        var second = await MakeAsync(network, [first], options);
        Directory.Move(network["away.git"], network["remote.git"]);
        var third = await MakeAsync(network, [first, second], options);

        Assert.Contains("git push", second.Error, StringComparison.Ordinal);
        Assert.NotNull(second.Hash);
        Assert.Null(third.Error);
        await GitAsync("clone", "--quiet", network["remote.git"], network["elsewhere"]);
        Assert.Equal(
            new[] { first, second, third }.Select(m => m.Name), Directory.GetFiles(network["elsewhere/backups"]).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Make_AfterOneThatWasKilled_LeavesNoPieceAndOnlyItsOwnerReadsIt()
    {
        await using var network = await SampleNetwork.CreateAsync();
        Directory.CreateDirectory(network["disk"]);
        await File.WriteAllTextAsync(Path.Combine(network["disk"], "n-20200101T000000Z.backup.partial"), "half", Token);

        var made = await MakeAsync(network, [], new() { Directories = [network["disk"]] });

        var file = Assert.Single(Directory.GetFiles(network["disk"]));
        Assert.Equal(made.Name, Path.GetFileName(file));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    // A minute after the last one.
    private static async Task<BackupRecord> MakeAsync(SampleNetwork network, List<BackupRecord> known, BackupOptions options)
    {
        var time = new FakeTimeProvider(known.Count == 0 ? TimeProvider.System.GetUtcNow() : known.Max(k => k.At) + TimeSpan.FromMinutes(1));
        using var authority = await NetworkAuthority.OpenAsync(network.Store, network.Keys, network.Trust.Network!, network.Secret, Token);
        return await new ScheduledBackup(network.Store, network.Keys, authority, options, time).MakeAsync(known, Token);
    }

    private static async Task<string> GitAsync(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = git.StandardOutput.ReadToEndAsync(Token);
        var errors = await git.StandardError.ReadToEndAsync(Token);
        await git.WaitForExitAsync(Token);
        Assert.True(git.ExitCode == 0, errors);
        return (await output).Trim();
    }
}
