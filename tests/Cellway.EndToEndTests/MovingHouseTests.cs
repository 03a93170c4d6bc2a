using Cellway.Testing.Etcd;

namespace Cellway.EndToEndTests;

/// <summary>A network moves from its file into a three-member etcd whose credentials it has made itself, and back.</summary>
public sealed class MovingHouseTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cellway-e2e-");

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task StateCopy_FromAFileToEtcdAndBack_ManagementServesTheSameNetworkFromEach()
    {
        Assert.SkipWhen(EtcdCluster.MaySkip, "etcd is not installed.");
        await CellwayProgram.JsonAsync(_home.FullName, "init", "--entry-domain", "www.a.example", "--exit-domain", "cdn.a.example");
        var file = Assert.Single(_home.EnumerateFiles("state.db", SearchOption.AllDirectories)).FullName;
        var state = Path.GetDirectoryName(file)!;
        await CellwayProgram.JsonAsync(_home.FullName, "etcd", "certificate", "member", "--host", "127.0.0.1", "--out", InHome("member"));
        await CellwayProgram.JsonAsync(_home.FullName, "etcd", "certificate", "client", "--out", InHome("client"));
        await using var cluster = await EtcdCluster.StartAsync(new() { Members = 3, MemberCredentials = InHome("member"), ClientCredentials = InHome("client") });
        string[] etcd = ["--etcd-credentials", InHome("client")];
        var url = cluster.Url + "/home";

        var there = await CellwayProgram.JsonAsync(_home.FullName, ["state", "copy", "--from", $"sqlite:{file}", "--to", url, .. etcd]);
        await AddParticipantAsync("alice", ["--store", url, .. etcd]);
        Directory.Move(state, state + ".old");
        Directory.CreateDirectory(state);
        File.Copy(Path.Combine(state + ".old", "seal.key"), Path.Combine(state, "seal.key"));
        await AddParticipantAsync("bob", ["--store", url, .. etcd]); // nothing of the file is needed any more
        await CellwayProgram.JsonAsync(_home.FullName, ["state", "copy", "--from", url, "--to", $"sqlite:{file}", .. etcd]);
        var names = await AddParticipantAsync("carol", []);
        var (code, _, error) = await CellwayProgram.RunAsync(_home.FullName, ["state", "copy", "--from", $"sqlite:{file}", "--to", url, .. etcd]);

        Assert.NotEqual("0", there.GetProperty("keys").GetString());
        Assert.Equal(["alice", "bob", "carol"], names);
        Assert.Equal(1, code);
        Assert.Contains("holds a network already", error, StringComparison.Ordinal);
    }

    private string InHome(string name) => Path.Combine(_home.FullName, name);

    private async Task<string[]> AddParticipantAsync(string name, string[] store)
    {
        var ready = InHome($"ready-{name}");
        using var management = CellwayProgram.Start(
            _home.FullName, ["management", "--node-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--ready-file", ready, .. store]);
        var server = (await CellwayProgram.ReadyAsync(management, ready))["admin"];
        await CellwayProgram.JsonAsync(_home.FullName, "participant", "add", name, "--server", server);
        var list = await CellwayProgram.JsonAsync(_home.FullName, "participant", "list", "--server", server);
        Assert.Equal(0, await CellwayProgram.InterruptAsync(management));
        return [.. list.EnumerateArray().Select(p => p.GetProperty("id").GetString()!).Order(StringComparer.Ordinal)];
    }
}
