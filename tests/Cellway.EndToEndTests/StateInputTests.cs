using System.Text;
using Cellway.Model.State;
using Cellway.State.Etcd;
using Cellway.State.Sqlite;
using Cellway.Testing.Etcd;

namespace Cellway.EndToEndTests;

/// <summary>What <c>cellway management</c> says to a state that it cannot serve: one line, and the state is as it was.</summary>
public sealed class StateInputTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cellway-e2e-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task StateFile_EmptiedByAnAccident_IsRefusedAndNotStartedAfresh()
    {
        var file = await InitAsync();
        foreach (var other in Directory.GetFiles(Path.GetDirectoryName(file)!, "state.db-*"))
        {
            File.Delete(other);
        }

        await File.WriteAllBytesAsync(file, [], Token);

        await ExpectRefusalAsync("is empty", "restore a backup");
        Assert.Equal(0, new FileInfo(file).Length);
    }

    [Fact]
    public async Task StateFile_WithARecordOfANewerForm_IsRefusedAndKept()
    {
        var file = await InitAsync();
        var record = """{"schema":99,"what":"this version cannot know"}"""u8.ToArray();
        string key;
        await using (var store = await SqliteStateStore.OpenAsync(file, new(), TimeProvider.System, Token))
        {
            key = (await store.ListAsync(StateKeys.Root, Token)).Entries.Single(e => e.Key.Contains("/cells/", StringComparison.Ordinal)).Key;
            await store.CommitAsync(new StateTransaction().Put(key, record), Token);
        }

        await ExpectRefusalAsync("written by a newer Cellway", "Upgrade this program");
        await using var after = await SqliteStateStore.OpenAsync(file, new(), TimeProvider.System, Token);
        Assert.Equal(record, (await after.GetAsync(key, Token))!.Value.ToArray());
    }

    [Fact]
    public async Task Etcd_WithoutANetworkOrWithoutTheRightCredential_IsRefusedAndNothingIsWritten()
    {
        Assert.SkipWhen(EtcdCluster.MaySkip, "etcd is not installed.");
        await using var cluster = await EtcdCluster.StartAsync(new());
        await using var foreign = await EtcdCluster.StartAsync(new());
        string[] store = ["--store", cluster.Url];
        await InitAsync();

        await ExpectRefusalAsync("holds no network", "--store", [.. store, "--etcd-credentials", cluster.Credentials!]);
        await ExpectRefusalAsync("do not accept each other's certificates", "cellway etcd certificate", [.. store, "--etcd-credentials", foreign.Credentials!]);
        await using var opened = await EtcdStateStore.OpenAsync(new() { Endpoints = cluster.Endpoints, Credentials = cluster.Credentials }, TimeProvider.System, Token);
        Assert.Equal(1, (await opened.ListAsync("", Token)).Revision);
    }

    [Fact]
    public async Task Etcd_OutOfSpace_OperatorIsToldWhatToDoAndNothingNeedsARestart()
    {
        Assert.SkipWhen(EtcdCluster.MaySkip, "etcd is not installed.");
        await using var cluster = await EtcdCluster.StartAsync(new() { QuotaBytes = 4 << 20 });
        string[] store = ["--store", cluster.Url, "--etcd-credentials", cluster.Credentials!];
        await CellwayProgram.JsonAsync(_home.FullName, ["init", "--entry-domain", "www.a.example", "--exit-domain", "cdn.a.example", .. store]);
        var ready = Path.Combine(_home.FullName, "ready");
        using var management = CellwayProgram.Start(
            _home.FullName, ["management", "--node-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--ready-file", ready, .. store]);
        var server = (await CellwayProgram.ReadyAsync(management, ready))["admin"];
        await CellwayProgram.JsonAsync(_home.FullName, "user", "add", "before", "--server", server);
        await FillAsync(cluster);

        var (code, _, error) = await CellwayProgram.RunAsync(_home.FullName, "user", "add", "full", "--server", server);
        Assert.Equal(1, code);
        Assert.Contains("out of space", error, StringComparison.Ordinal);
        Assert.Contains("alarm disarm", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        Assert.Equal(["before"], await UsersAsync(server));

        // As docs/operations/store-full.md says.
        var status = await cluster.ControlAsync(cluster.Members[0], "endpoint", "status", "-w", "json");
        await cluster.CompactAsync(System.Text.Json.JsonDocument.Parse(status).RootElement[0].GetProperty("Status").GetProperty("header").GetProperty("revision").GetInt64());
        await cluster.DefragmentAsync();
        await cluster.DisarmAsync();

        await CellwayProgram.JsonAsync(_home.FullName, "user", "add", "after", "--server", server);
        Assert.Equal(["after", "before"], await UsersAsync(server));
        Assert.Equal(0, await CellwayProgram.InterruptAsync(management));
    }

    private static async Task FillAsync(EtcdCluster cluster)
    {
        await using var store = await EtcdStateStore.OpenAsync(new() { Endpoints = cluster.Endpoints, Credentials = cluster.Credentials }, TimeProvider.System, Token);
        var filler = Encoding.ASCII.GetBytes(new string('x', 400_000));
        await Assert.ThrowsAsync<StateUnavailableException>(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                await store.CommitAsync(new StateTransaction().Put("filler", filler), Token);
            }
        });
    }

    private async Task<IEnumerable<string>> UsersAsync(string server) =>
        (await CellwayProgram.JsonAsync(_home.FullName, "user", "list", "--server", server)).EnumerateArray()
            .Select(u => u.GetProperty("id").GetString()!).Order(StringComparer.Ordinal);

    private async Task<string> InitAsync()
    {
        await CellwayProgram.JsonAsync(_home.FullName, "init", "--entry-domain", "www.a.example", "--exit-domain", "cdn.a.example");
        return Assert.Single(_home.EnumerateFiles("state.db", SearchOption.AllDirectories)).FullName;
    }

    private async Task ExpectRefusalAsync(string what, string remedy, params string[] store)
    {
        var (code, _, error) = await CellwayProgram.RunAsync(
            _home.FullName, ["management", "--node-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", .. store]);

        Assert.Equal(1, code);
        Assert.Contains(what, error, StringComparison.Ordinal);
        Assert.Contains(remedy, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }
}
