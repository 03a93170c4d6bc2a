using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;
using Cellway.State.Sqlite;

namespace Cellway.EndToEndTests;

/// <summary>A root whose key is on a PKCS#11 token: Debian's SoftHSM, which keeps it in files but answers as a token does.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RootOnTokenTests : IDisposable
{
    private const string Library = "/usr/lib/softhsm/libsofthsm2.so";

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cellway-token-");

    private string Token => $"pkcs11:token=safe?module-path={Library}&pin-source={InHome("pin")}";

    public void Dispose() => _home.Delete(recursive: true);

    [Fact]
    public async Task Init_OnAToken_TheStateHasNoKey_AndNothingWorksWithoutTheToken()
    {
        await MakeTokenAsync();
        var (code, _, error) = await RunAsync("init", "--entry-domain", "www.a.example", "--exit-domain", "cdn.a.example", "--root-token", "pkcs11:token=safe");
        Assert.Equal((1, 1), (code, error.Trim().Split('\n').Length));
        File.WriteAllText(InHome("pin"), "8765");
        (code, _, error) = await RunAsync("init", "--entry-domain", "www.a.example", "--exit-domain", "cdn.a.example", "--root-token", Token);
        Assert.Equal(1, code);
        Assert.Contains("correct it before", error, StringComparison.Ordinal);
        Assert.Empty(_home.EnumerateFiles("state.db", SearchOption.AllDirectories));
        File.WriteAllText(InHome("pin"), "5678\n");

        await JsonAsync("init", "--entry-domain", "www.a.example", "--exit-domain", "cdn.a.example", "--root-token", Token);
        Assert.Empty(await KeysInStateAsync());

        using var management = Start("management", "--node-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--ready-file", InHome("ready"), "--root-token", Token);
        var server = (await CellwayProgram.ReadyAsync(management, InHome("ready")))["admin"];
        await JoinAsync(server);
        Assert.Equal(0, await CellwayProgram.InterruptAsync(management));

        await JsonAsync("etcd", "certificate", "client", "--out", InHome("client"), "--root-token", Token);
        File.WriteAllText(InHome("safe-words"), "a passphrase for the safe\n");
        foreach (var (token, says, arguments) in new (string[], string, string[])[]
        {
            ([], "--root-token", ["management", "--node-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]),
            (["--root-token", Token.Replace("=safe", "=other", StringComparison.Ordinal)], "“safe”", ["etcd", "certificate", "client", "--out", InHome("client")]),
            (["--root-token", Token.Replace("libsofthsm2.so", "nothing.so", StringComparison.Ordinal)], "cannot be loaded", ["etcd", "certificate", "client", "--out", InHome("client")]),
            (["--root-token", Token], "does not leave it", ["ca", "export", "--output", InHome("root.pem"), "--export-passphrase-file", InHome("safe-words")]),
        })
        {
            (code, _, error) = await RunAsync([.. arguments, .. token]);
            Assert.True(code == 1 && error.Contains(says, StringComparison.Ordinal), $"{string.Join(' ', arguments)}: {code} {error}");
        }
    }

    [Fact]
    public async Task Rotate_FromASealedRoot_TheNewOneIsMadeOnTheTokenAndIssues()
    {
        await MakeTokenAsync();
        await JsonAsync("init", "--entry-domain", "www.a.example", "--exit-domain", "cdn.a.example");
        using var management = Start("management", "--node-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--ready-file", InHome("ready"), "--root-token", Token);
        var server = (await CellwayProgram.ReadyAsync(management, InHome("ready")))["admin"];

        await JsonAsync("ca", "rotate", "introduce", "--server", server);
        for (var i = 0; (await RunAsync("ca", "rotate", "reissue", "--server", server)).Code != 0; i++)
        {
            Assert.True(i < 120, "the new root never issues"); // nodes are given time to hear of it
            await Task.Delay(1000, TestContext.Current.CancellationToken);
        }

        await JsonAsync("operator", "renew", "--server", server);
        await JsonAsync("ca", "rotate", "retire", "--server", server);
        await JoinAsync(server);
        Assert.Equal(2, (await JsonAsync("ca", "show", "--server", server)).EnumerateArray().Single().GetProperty("generation").GetInt32());
        Assert.Equal(0, await CellwayProgram.InterruptAsync(management));
        Assert.Empty(await KeysInStateAsync()); // that of the root before is gone
    }

    private string InHome(string name) => Path.Combine(_home.FullName, name);

    private async Task MakeTokenAsync()
    {
        Assert.SkipUnless(File.Exists(Library) || Environment.GetEnvironmentVariable("CI") == "true", "softhsm2 is not installed.");
        Directory.CreateDirectory(InHome("tokens"));
        await File.WriteAllTextAsync(InHome("softhsm2.conf"), $"directories.tokendir = {InHome("tokens")}\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(InHome("pin"), "5678\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(InHome("pin"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var process = Process.Start(WithToken(new("softhsm2-util", ["--init-token", "--free", "--label", "safe", "--so-pin", "1234", "--pin", "5678"]) { RedirectStandardOutput = true }))!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Records of roots whose sealed secret is as long as a sealed PKCS#8 key of P-256.</summary>
    private async Task<IReadOnlyList<string>> KeysInStateAsync()
    {
        var file = Assert.Single(_home.EnumerateFiles("state.db", SearchOption.AllDirectories)).FullName;
        await using var store = await SqliteStateStore.OpenAsync(file, new(), TimeProvider.System, TestContext.Current.CancellationToken);
        var roots = (await store.ListAsync("", TestContext.Current.CancellationToken)).Entries.Where(e => e.Key.Contains("/authorities/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(roots);
        return [.. roots.Where(e => JsonDocument.Parse(e.Value).RootElement.GetProperty("sealedKey").GetBytesFromBase64().Length > 100).Select(e => e.Key)];
    }

    // A certificate is what the token's key has signed.
    private async Task JoinAsync(string server)
    {
        await JsonAsync("participant", "add", "alice", "--server", server);
        var token = (await JsonAsync("token", "create", "--role", "core", "--participant", "alice", "--cell", "first", "--server", server)).GetProperty("token").GetString()!;
        var start = WithToken(new(CellwayProgram.Executable, ["core", "--state", InHome("core"), "--listen", "127.0.0.1:0"]) { RedirectStandardError = true, RedirectStandardOutput = true });
        start.Environment["CELLWAY_JOIN_TOKEN"] = token;
        using var core = CellwayProgram.Start(start);
        for (var i = 0; !File.Exists(InHome("core/node.json")); i++)
        {
            Assert.True(i < 1200 && !core.HasExited, "the Core has not joined");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private ProcessStartInfo WithToken(ProcessStartInfo start)
    {
        CellwayProgram.SetHome(start, _home.FullName);
        start.Environment["SOFTHSM2_CONF"] = InHome("softhsm2.conf");
        return start;
    }

    private Process Start(params string[] arguments) => CellwayProgram.Start(
        WithToken(new(CellwayProgram.Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true }));

    private async Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output, await error);
    }

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var (code, output, error) = await RunAsync([.. arguments, "--json"]);
        Assert.True(code == 0, $"cellway {string.Join(' ', arguments)} ended with {code}: {error}");
        return JsonDocument.Parse(output).RootElement;
    }
}
