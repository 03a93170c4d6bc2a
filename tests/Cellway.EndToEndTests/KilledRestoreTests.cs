using Cellway.Model.State;
using Cellway.State.Sqlite;

namespace Cellway.EndToEndTests;

public sealed class KilledRestoreTests : IDisposable
{
    private const int Records = 80_000;
    private const int Together = 120;

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cellway-e2e-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_KilledInTheMiddle_IsNoNetworkUntilTheSameCommandHasRunAgain()
    {
        var home = _home.FullName;
        await RequireAsync("init", "--state", $"{home}/old", "--entry-domain", "www.example.net", "--exit-domain", "cdn.example.org");
        var before = await FillAsync($"{home}/old/state.db");
        await RequireAsync("backup", "create", $"{home}/a.backup", "--state", $"{home}/old");

        var target = await KillAsync($"{home}/a.backup");
        var (code, _, error) = await CellwayProgram.RunAsync(home, "backup", "create", $"{home}/b.backup", "--state", target);
        Assert.Equal(1, code);
        Assert.Contains("Run the same “cellway backup restore” again", error, StringComparison.Ordinal);
        await RequireAsync("backup", "restore", $"{home}/a.backup", "--state", target);

        await using var store = await SqliteStateStore.OpenAsync($"{target}/state.db", new(), TimeProvider.System, Token);
        var after = (await store.ListAsync("", Token)).Entries.Select(e => e.Key).Where(k => !k.EndsWith("/restored", StringComparison.Ordinal));
        Assert.Equal(before, after);
    }

    public void Dispose() => _home.Delete(recursive: true);

    /// <returns>The directory of a restore that was killed; one that had ended by then does not count.</returns>
    private async Task<string> KillAsync(string backup)
    {
        for (var i = 0; i < 20; i++)
        {
            var target = $"{_home.FullName}/new{i}";
            using var restore = CellwayProgram.Start(_home.FullName, "backup", "restore", backup, "--state", target);
            while (await restore.StandardError.ReadLineAsync(Token) is { } line && !line.StartsWith("restoring:", StringComparison.Ordinal))
            {
            }

            restore.Kill();
            await restore.WaitForExitAsync(Token);
            if (restore.ExitCode != 0)
            {
                return target;
            }
        }

        throw new TimeoutException("Every restore was faster than its end.");
    }

    private static async Task<List<string>> FillAsync(string file)
    {
        await using var store = await SqliteStateStore.OpenAsync(file, new(), TimeProvider.System, Token);
        var network = (await store.ListAsync(StateKeys.Root, Token)).Entries.First(e => e.Key.EndsWith("/network", StringComparison.Ordinal)).Key[..^"network".Length];
        foreach (var some in Enumerable.Range(0, Records).Chunk(Together))
        {
            var transaction = new StateTransaction();
            foreach (var i in some)
            {
                transaction.Create($"{network}device-apps/{i:d6}", "{\"schema\":1}"u8.ToArray());
            }

            await store.CommitAsync(transaction, Token);
        }

        return [.. (await store.ListAsync("", Token)).Entries.Select(e => e.Key)];
    }

    private async Task RequireAsync(params string[] arguments)
    {
        var (code, _, error) = await CellwayProgram.RunAsync(_home.FullName, arguments);
        Assert.True(code == 0, error);
    }
}
