using System.Diagnostics;
using Cellway.Model.State;
using Cellway.State.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cellway.IntegrationTests.State;

public sealed class SqliteStateFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    private string File => _directory["state.db"];

    public void Dispose()
    {
        _directory.Dispose();
        _limit.Dispose();
    }

    [Fact]
    public async Task Open_NewFile_IsPrivateWithItsDirectory()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        var file = _directory["new/state.db"];
        await using var store = await OpenAsync(file);
        await PutAsync(store, "key", 10);

        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Private | UnixFileMode.UserExecute, new DirectoryInfo(_directory["new"]).UnixFileMode);
        foreach (var suffix in (string[])["", "-wal", "-shm", ".lock"])
        {
            Assert.Equal(Private, new FileInfo(file + suffix).UnixFileMode);
        }
    }

    [Fact]
    public async Task Open_Second_IsRefusedUntilTheFirstIsClosed()
    {
        await using (await OpenAsync(File))
        {
            var e = await Assert.ThrowsAsync<StateStoreInUseException>(() => OpenAsync(File));
            Assert.Contains(File, e.Message, StringComparison.Ordinal);
        }

        await using var again = await OpenAsync(File);
    }

    [Fact]
    public async Task Open_SecondByASymbolicLink_IsRefused()
    {
        await using var store = await OpenAsync(File);
        System.IO.File.CreateSymbolicLink(_directory["link.db"], File);

        await Assert.ThrowsAsync<StateStoreInUseException>(() => OpenAsync(_directory["link.db"]));
    }

    [Fact]
    public async Task Open_NotADatabase_SaysWhatToDoAndLeavesIt()
    {
        var text = string.Concat(Enumerable.Repeat("This is a letter and no database. ", 100));
        await System.IO.File.WriteAllTextAsync(File, text, _limit.Token);

        var e = await Assert.ThrowsAsync<StateStoreFileException>(() => OpenAsync(File));

        Assert.Contains(File, e.Message, StringComparison.Ordinal);
        Assert.Contains("restore a backup", e.Message, StringComparison.Ordinal);
        Assert.Equal(text, await System.IO.File.ReadAllTextAsync(File, _limit.Token));
    }

    [Fact]
    public async Task Open_FileThatIsEmpty_IsRefusedTwiceAndStaysEmpty()
    {
        await System.IO.File.WriteAllTextAsync(File, "", _limit.Token);

        for (var i = 0; i < 2; i++)
        {
            var e = await Assert.ThrowsAsync<StateStoreFileException>(() => OpenAsync(File));
            Assert.Contains("is empty", e.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, new FileInfo(File).Length);
    }

    [Fact]
    public async Task Open_PagesOverwritten_SaysDamaged()
    {
        await using (var store = await OpenAsync(File))
        {
            for (var i = 0; i < 20; i++)
            {
                await PutAsync(store, $"key/{i}", 3000);
            }
        }

        await using (var file = System.IO.File.OpenWrite(File))
        {
            file.Position = 4096;
            var junk = new byte[file.Length - 4096];
            Array.Fill(junk, (byte)0xA5);
            await file.WriteAsync(junk, _limit.Token);
        }

        var e = await Assert.ThrowsAsync<StateStoreFileException>(() => OpenAsync(File));
        Assert.Contains("restore a backup", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PRAGMA user_version = 2", "newer Cellway")]
    [InlineData("PRAGMA application_id = 1", "not Cellway's state")]
    public async Task Open_OtherSchema_SaysSoAndReleasesTheLock(string change, string expected)
    {
        await (await OpenAsync(File)).DisposeAsync();
        Execute(change);

        for (var i = 0; i < 2; i++)
        {
            var e = await Assert.ThrowsAsync<StateStoreFileException>(() => OpenAsync(File));
            Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Open_PathIsADirectory_SaysItCannotBeOpened()
    {
        Directory.CreateDirectory(File);

        var e = await Assert.ThrowsAsync<StateStoreFileException>(() => OpenAsync(File));

        Assert.Contains(File, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commit_FileMayNotGrow_IsUnavailableThenRecovers()
    {
        await using var store = await OpenAsync(File, new() { MaxPages = 100 });
        var acknowledged = await FillAsync(store);

        // What fits still does; what did not left nothing behind.
        var snapshot = await store.ListAsync("", _limit.Token);
        Assert.Equal(acknowledged, snapshot.Revision);
        Assert.Equal(acknowledged, snapshot.Entries.Count);
        Assert.Null(await store.GetAsync("half/a", _limit.Token));

        await store.CompactAsync(acknowledged + 1, _limit.Token);
        Assert.Equal(acknowledged + 1, await PutAsync(store, "after", 3000));
        var watched = store.WatchAsync("", acknowledged + 1, _limit.Token).GetAsyncEnumerator(_limit.Token);
        Assert.True(await watched.MoveNextAsync());
        Assert.Equal("after", watched.Current.Changes[0].Key);
        await watched.DisposeAsync();
    }

    [Fact]
    public async Task Commit_DiskFull_IsUnavailableThenRecovers()
    {
        var mount = _directory["small"];
        Directory.CreateDirectory(mount);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=2m", "cellway-test", mount), "Mounting needs root.");
        try
        {
            var ballast = Path.Combine(mount, "ballast");
            await System.IO.File.WriteAllBytesAsync(ballast, new byte[600_000], _limit.Token);
            await using var store = await OpenAsync(Path.Combine(mount, "state.db"));
            var acknowledged = await FillAsync(store);
            Assert.Equal(acknowledged, (await store.ListAsync("", _limit.Token)).Entries.Count);

            System.IO.File.Delete(ballast);

            Assert.Equal(acknowledged + 1, await PutAsync(store, "after", 3000));
            Assert.Null(await store.GetAsync("half/a", _limit.Token));
        }
        finally
        {
            Assert.True(Run("umount", mount));
        }
    }

    private static bool Run(string file, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardError = true })!;
            return process.WaitForExit(10_000) && process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Writes until there is no room, the last time with two keys of which only one could fit.</summary>
    private async Task<long> FillAsync(SqliteStateStore store)
    {
        var acknowledged = 0L;
        var e = await Assert.ThrowsAsync<StateUnavailableException>(async () =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                acknowledged = await PutAsync(store, $"fill/{i}", 3000);
            }
        });
        Assert.Contains("state.db", e.Message, StringComparison.Ordinal);
        Assert.Matches("full|failed", e.Message);

        await Assert.ThrowsAsync<StateUnavailableException>(
            async () => await store.CommitAsync(new StateTransaction().Put("half/a", new byte[1]).Put("half/b", new byte[500_000]), _limit.Token));
        return acknowledged;
    }

    private async Task<long> PutAsync(SqliteStateStore store, string key, int bytes) =>
        (await store.CommitAsync(new StateTransaction().Put(key, new byte[bytes]), _limit.Token)).Revision;

    private Task<SqliteStateStore> OpenAsync(string file, SqliteStateOptions? options = null) =>
        SqliteStateStore.OpenAsync(file, options ?? new(), TimeProvider.System, _limit.Token);

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements stand in this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
