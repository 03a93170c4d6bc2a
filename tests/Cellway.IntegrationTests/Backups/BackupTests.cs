using System.Diagnostics;
using System.IO.Compression;
using Cellway.Manager.Authority;
using Cellway.Manager.Backups;
using Cellway.Model.Backups;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Pki.Trust;
using Cellway.State.Copying;
using Cellway.State.Memory;
using Cellway.State.Sqlite;

namespace Cellway.IntegrationTests.Backups;

/// <summary>What a backup holds, and what comes of it.</summary>
public sealed class BackupTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_IntoAnEmptyStore_IsTheSameKeyByKeyAndOpensWithTheNewKeyFile()
    {
        await using var network = await SampleNetwork.CreateAsync();
        var lease = await network.Store.GrantLeaseAsync(TimeSpan.FromHours(1), Token);
        await network.Store.CommitAsync(new StateTransaction().Put(network.Keys.Leader, "{}"u8.ToArray(), lease), Token);
        await network.Store.CommitAsync(new StateTransaction().Put(network.Keys.Prefix + "zz/odd", "\tnot one line\n"u8.ToArray()), Token);
        await using var target = new MemoryStateStore(TimeProvider.System);

        var restored = await network.RestoreAsync(await network.BackUpAsync("a.backup"), target);

        var expected = Contents((await network.Store.ListAsync(StateKeys.Root, Token)).Entries.Where(e => e.LeaseId == 0 && e.Key != network.Keys.Seal));
        var found = (await target.ListAsync("", Token)).Entries;
        Assert.Equal(expected, Contents(found.Where(e => e.Key != network.Keys.Seal && e.Key != network.Keys.Restored)));
        Assert.Equal(restored.Id, StateJson.Read<RestoredRecord>(found.Single(e => e.Key == network.Keys.Restored)).Backup);
        using var before = await NetworkAuthority.OpenAsync(network.Store, network.Keys, network.Trust.Network!, network.Secret, Token);
        using var after = await NetworkAuthority.OpenAsync(target, network.Keys, network.Trust.Network!, new(network["new.key"], null), Token);
        Assert.Equal((before.Root.KeyHash, Convert.ToHexString(before.DeriveKey("x"))), (after.Root.KeyHash, Convert.ToHexString(after.DeriveKey("x"))));
    }

    [Fact]
    public async Task Restore_OfARestoredNetwork_OpensWithAPassphrase()
    {
        await using var network = await SampleNetwork.CreateAsync();
        await using var first = new MemoryStateStore(TimeProvider.System);
        await using var second = new MemoryStateStore(TimeProvider.System);
        await network.RestoreAsync(await network.BackUpAsync("a.backup"), first);
        await NetworkBackup.CreateAsync(first, null, new(network["new.key"], null), network["b.backup"], [network.Operator], true, network.Quiet, TimeProvider.System, Token);

        await NetworkBackup.RestoreAsync(
            new() { File = network["b.backup"], Secret = new(null, "correct horse") }, network.Key, network.Trust, () => Task.FromResult<IStateStore>(new Kept(second)), network.Quiet, TimeProvider.System, Token);

        using var after = await NetworkAuthority.OpenAsync(second, network.Keys, network.Trust.Network!, new(null, "correct horse"), Token);
        Assert.Equal(PublicKeys.KeyHash(network.Root), after.Root.KeyHash);
    }

    [Fact]
    public async Task Create_OpenedByOpenSsl_IsLinesOfTheState()
    {
        await using var network = await SampleNetwork.CreateAsync();
        var file = await network.BackUpAsync("a.backup");

        await RunAsync("openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", file, "-inkey", network["operator.key"], "-out", network["a.gz"]);

        using var unzipped = new StreamReader(new GZipStream(File.OpenRead(network["a.gz"]), CompressionMode.Decompress));
        var lines = (await unzipped.ReadToEndAsync(Token)).Split('\n');
        Assert.Contains("\"kind\":\"cellway backup\"", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, l => l.StartsWith(network.Keys.Device("device1") + "\t{\"schema\":1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_WithManyRecords_CountsThemAndTellsHowFarItIs()
    {
        await using var network = await SampleNetwork.CreateAsync(devices: 700);
        var told = new Told();

        var made = await NetworkBackup.CreateAsync(network.Store, null, network.Secret, network["a.backup"], [network.Operator], true, told, TimeProvider.System, Token);

        Assert.Equal((700, 1, 1), (made.Counts["devices"], made.Counts["users"], made.Counts["nodes"]));
        Assert.True(told.All.Count > 1);
        Assert.Equal(told.All[^1].Total, told.All[^1].Done);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(network["a.backup"]) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public async Task Verify_WholeNetwork_AnswersARouteForEveryDevice()
    {
        await using var network = await SampleNetwork.CreateAsync(devices: 20);

        var verdict = network.Verify(await network.BackUpAsync("a.backup"));

        Assert.Empty(verdict.Problems);
        Assert.Equal((20, 20, 20), (verdict.Devices, verdict.Asked, verdict.Answered));
    }

    [Fact]
    public async Task Verify_RecordsThatDoNotFit_NamesThem()
    {
        await using var network = await SampleNetwork.CreateAsync();
        await network.Store.CommitAsync(
            new StateTransaction().Delete(network.Keys.User("bob")).Delete(network.Keys.DeviceName("bob", "phone0")).Put(network.Keys.Cell("bad"), "{}"u8.ToArray()), Token);

        var verdict = network.Verify(await network.BackUpAsync("a.backup"));

        Assert.Contains(verdict.Problems, p => p.Contains("the user bob", StringComparison.Ordinal));
        Assert.Contains(verdict.Problems, p => p.Contains("the device device0 is not found", StringComparison.Ordinal));
        Assert.Contains(verdict.Problems, p => p.Contains("cells/bad cannot be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_MoreDevicesThanAreBuilt_StillFindsTheOneThatDoesNotFit()
    {
        await using var network = await SampleNetwork.CreateAsync(devices: 2100);
        await network.Store.CommitAsync(
            new StateTransaction().Delete(network.Keys.DeviceToken(Hash256.Of("token777"u8))).Delete(network.Keys.Device("device778")), Token);

        var verdict = network.Verify(await network.BackUpAsync("a.backup"));

        Assert.Equal(["the device device777 is not found by its name, token and credential as it should be", "names, tokens or credentials lead to 1 devices that are not there"], verdict.Problems);
        Assert.Equal(2099, verdict.Devices);
        Assert.InRange(verdict.Asked, 1000, 1100);
        Assert.Equal(verdict.Asked, verdict.Answered);
    }

    [Fact]
    public async Task Restore_StoreDoesNotAnswerNowAndThen_IsWholeAllTheSame()
    {
        await using var network = await SampleNetwork.CreateAsync(devices: 500);
        await using var target = new MemoryStateStore(TimeProvider.System);

        await network.RestoreAsync(await network.BackUpAsync("a.backup"), new ForgetfulStore(target));

        Assert.Equal(500, (await target.ListAsync(network.Keys.Prefix + StateKeys.Folders.Devices, Token)).Entries.Count);
    }

    [Fact]
    public async Task Restore_TellsHowFarItIsToTheEndOfEachStep()
    {
        await using var network = await SampleNetwork.CreateAsync();
        await using var target = new MemoryStateStore(TimeProvider.System);
        var told = new Told();

        await network.RestoreAsync(await network.BackUpAsync("a.backup"), target, progress: told);

        foreach (var step in told.All.GroupBy(p => p.Step))
        {
            Assert.Equal(step.Last().Total, step.Last().Done);
        }

        Assert.Equal(["checking", "restoring", "comparing"], told.All.Select(p => p.Step).Distinct());
    }

    [Fact]
    public async Task Restore_TargetHoldsANetwork_IsRefusedAndUnchanged()
    {
        await using var network = await SampleNetwork.CreateAsync();
        await using var target = new MemoryStateStore(TimeProvider.System);
        await target.CommitAsync(new StateTransaction().Put("/cellway/other/network", "{}"u8.ToArray()), Token);
        var file = await network.BackUpAsync("a.backup");

        await Assert.ThrowsAsync<StateCopyException>(() => network.RestoreAsync(file, target));

        Assert.Single((await target.ListAsync("", Token)).Entries);
        Assert.False(File.Exists(network["new.key"]));
    }

    [Fact]
    public async Task Restore_Interrupted_GoesOnWhereItStopped()
    {
        await using var network = await SampleNetwork.CreateAsync(devices: 500);
        await using var target = new MemoryStateStore(TimeProvider.System);
        var file = await network.BackUpAsync("a.backup");
        var breaks = new LosingStore(target, after: 5);

        await Assert.ThrowsAsync<StateUnavailableException>(() => network.RestoreAsync(file, breaks));
        Assert.True(await StateCopy.IsIncompleteAsync(target, Token));
        var present = (await target.ListAsync("", Token)).Entries.Count;
        Assert.InRange(present, 100, 1900);
        var another = await network.BackUpAsync("b.backup");
        await Assert.ThrowsAsync<StateCopyException>(() => network.RestoreAsync(another, target));
        await network.RestoreAsync(file, target);

        Assert.False(await StateCopy.IsIncompleteAsync(target, Token));
        var expected = (await network.Store.ListAsync(network.Keys.Prefix, Token)).Entries.Where(e => e.Key != network.Keys.Seal);
        var found = (await target.ListAsync(network.Keys.Prefix, Token)).Entries.Where(e => e.Key != network.Keys.Seal && e.Key != network.Keys.Restored);
        Assert.Equal(Contents(expected), Contents(found));
    }

    [Fact]
    public async Task Restore_SqliteOnAFullDisk_SaysSoAndGoesOnOnceThereIsRoom()
    {
        await using var network = await SampleNetwork.CreateAsync(devices: 500);
        var file = await network.BackUpAsync("a.backup");
        var e = await Assert.ThrowsAsync<StateUnavailableException>(() => network.RestoreAsync(file, network["small.db"], maxPages: 40));
        Assert.Contains("full", e.Message, StringComparison.Ordinal);
        await network.RestoreAsync(file, network["small.db"]);

        await using var target = await SqliteStateStore.OpenAsync(network["small.db"], new(), TimeProvider.System, Token);
        Assert.Equal(500, (await target.ListAsync(network.Keys.Prefix + StateKeys.Folders.Devices, Token)).Entries.Count);
        await Assert.ThrowsAsync<StateCompactedException>(async () => await target.WatchAsync("", 1, Token).FirstAsync(Token));
    }

    [Fact]
    public async Task Restore_DiskWithoutRoom_IsRefusedBeforeAnythingIsOpened()
    {
        await using var network = await SampleNetwork.CreateAsync();
        using var file = BackupFile.Open(await network.BackUpAsync("a.backup"), network.Key);
        var backup = file.Check(network.Trust, network.Quiet, Token);
        var huge = backup with { Manifest = backup.Manifest with { Folders = [new("devices/", 1, 1L << 55, "")] } };

        var e = Assert.Throws<BackupException>(() => RestoreSpace.Require(network["state/state.db"], huge));

        Assert.Contains("not space enough", e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(network["state"]));
    }

    [Fact]
    public async Task Restore_InterruptedOnANearlyFullDisk_IsAskedForTheRestOnly()
    {
        await using var network = await SampleNetwork.CreateAsync();
        using var file = BackupFile.Open(await network.BackUpAsync("a.backup"), network.Key);
        var backup = file.Check(network.Trust, network.Quiet, Token);
        var whole = RestoreSpace.NeededFor(network["state.db"], backup);
        await File.WriteAllBytesAsync(network["state.db"], new byte[5000], Token);

        Assert.Equal(whole - 5000, RestoreSpace.NeededFor(network["state.db"], backup));
    }

    [Fact]
    public async Task Create_DiskIsFull_LeavesNothingAndSaysSo()
    {
        await using var network = await SampleNetwork.CreateAsync();

        var e = await Assert.ThrowsAsync<BackupException>(() => BackupTarget.WriteAsync(network["a.backup"], _ => throw new IOException("No space left on device", 28)));

        Assert.Contains("no space left", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(network[""], "*backup*"));
    }

    [Fact]
    public async Task Create_FileIsThere_ReplacesNone()
    {
        await using var network = await SampleNetwork.CreateAsync();
        await File.WriteAllTextAsync(network["a.backup"], "precious", Token);

        await Assert.ThrowsAsync<BackupException>(() => network.BackUpAsync("a.backup"));

        Assert.Equal("precious", await File.ReadAllTextAsync(network["a.backup"], Token));
    }

    [Fact]
    public async Task Create_WithoutRoot_HoldsNothingThatOpensIt()
    {
        await using var network = await SampleNetwork.CreateAsync();
        var bare = await network.BackUpAsync("bare.backup", withRoot: false);
        using var file = BackupFile.Open(bare, network.Key);

        var backup = file.Check(network.Trust, network.Quiet, Token);

        Assert.Null(backup.Header.SealKey);
        Assert.All(backup.Authorities, a => Assert.Empty(a.SealedKey));
    }

    private static IEnumerable<string> Contents(IEnumerable<StateEntry> entries) => entries.Select(e => $"{e.Key}={Convert.ToHexString(e.Value.Span)}");

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, errors);
    }

    private sealed class Told : IProgress<BackupProgress>
    {
        public List<BackupProgress> All { get; } = [];

        public void Report(BackupProgress value) => All.Add(value);
    }
}
