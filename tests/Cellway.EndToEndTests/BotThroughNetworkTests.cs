using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cellway.Testing.Telegram;

namespace Cellway.EndToEndTests;

/// <summary>A bot that cannot reach Telegram by itself, and leaves through the network that it serves.</summary>
public sealed class BotThroughNetworkTests : IDisposable
{
    private const string Nodes = "127.0.0.47:7443"; // management comes back to it

    private readonly BotHome _home = new();
    private readonly StringBuilder _log = new();

    [Fact(Timeout = 300_000)]
    public async Task Bot_ThroughTheNetworksCores_TalksToTelegramAsLongAsACoreIsThere()
    {
        using var certificate = Certificate();
        await File.WriteAllTextAsync(_home["telegram.pem"], certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await using var telegram = await FakeTelegram.StartAsync(certificate);
        await _home.CreateAsync(telegram);
        using var first = await _home.StartManagementAsync(bot: false, Nodes);
        await _home.JsonAsync("participant", "add", "alice");
        using var core = Core(await TokenAsync("core", "--cell", "first"));
        using var entry = Node("entry", "127.0.0.46", await TokenAsync("entry"));
        await MakeSubscriptionAsync(await CellwayProgram.ReadyAsync(entry, _home["entry.ready"]));
        _home.WriteOptions(telegram, $$""", "throughNetwork": "{{_home["subscription.url"]}}", "throughNetworkCa": "{{_home["ca.pem"]}}" """);
        Assert.Equal(0, await CellwayProgram.InterruptAsync(first));

        using var management = await _home.StartManagementAsync(nodes: Nodes, roots: _home["telegram.pem"]);
        Read(management);
        await telegram.SayAsync(BotHome.Olga, "/start");
        await UntilAsync(async () => (await _home.JsonAsync("device", "list"))[0].GetProperty("bytesUsed").GetInt64() > 1000, "the Core has counted what it carried");

        // Telegram is there, and the way to it is not.
        core.Kill();
        await UntilAsync(() => Task.FromResult(Log.Contains("Telegram cannot be reached", StringComparison.Ordinal)), "the bot has no way out");
        using var again = Core(null);
        await telegram.SayAsync(BotHome.Olga, "/menu");
        Assert.DoesNotContain(FakeTelegram.Token, Log, StringComparison.Ordinal);
        Assert.Equal(0, await CellwayProgram.InterruptAsync(management));
    }

    public void Dispose() => _home.Dispose();

    private string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    private Process Core(string? token) => Node("core", "127.0.0.45", token, "--allow-destination", "127.0.0.0/8");

    private Process Node(string role, string address, string? token, params string[] more)
    {
        var start = new ProcessStartInfo(CellwayProgram.Executable, [role, "--state", _home[role], "--listen", $"{address}:8443", "--bind", address, "--ready-file", _home[$"{role}.ready"], .. more])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        CellwayProgram.SetHome(start, _home["."]);
        if (token is not null)
        {
            start.Environment["CELLWAY_JOIN_TOKEN"] = token;
        }

        var process = CellwayProgram.Start(start);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task<string> TokenAsync(string role, params string[] more) =>
        (await _home.JsonAsync(["token", "create", "--participant", "alice", "--role", role, .. more])).GetProperty("token").GetString()!;

    private async Task MakeSubscriptionAsync(Dictionary<string, string> entry)
    {
        var cell = await _home.JsonAsync("cell", "set", "first", "--entry-address", entry["serving"]);
        await File.WriteAllTextAsync(_home["ca.pem"], cell.GetProperty("privateRoot").GetString(), TestContext.Current.CancellationToken);
        await UntilAsync(async () => (await _home.JsonAsync("node", "list")).EnumerateArray().All(n => n.GetProperty("state").GetString() == "ready"), "the nodes are ready");
        await _home.JsonAsync("user", "add", "bot");
        var device = await _home.JsonAsync("device", "add", "bot", "telegram");
        await File.WriteAllTextAsync(_home["subscription.url"], device.GetProperty("subscriptionUrls")[0].GetString(), TestContext.Current.CancellationToken);
    }

    private void Read(Process process)
    {
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private void Append(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }

    private async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        var token = TestContext.Current.CancellationToken;
        for (var limit = Stopwatch.StartNew(); !await holds(); await Task.Delay(TimeSpan.FromMilliseconds(300), token))
        {
            Assert.True(limit.Elapsed < TimeSpan.FromMinutes(2), $"{what}: it was not so for two minutes.\n{Log}");
        }
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Telegram of a test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
