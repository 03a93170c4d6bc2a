using System.Diagnostics;
using System.Text.RegularExpressions;
using Cellway.Testing.Telegram;

namespace Cellway.EndToEndTests;

/// <summary>A network of processes that people meet through the bot: servers join by it, a guest is admitted by it, and traffic flows by what it has handed out.</summary>
public sealed partial class BotTests : IDisposable
{
    private const long Olga = 100;
    private const long Guest = 7_205_551_234;

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cellway-bot-");
    private string _server = "";

    [Fact(Timeout = 300_000)]
    public async Task Network_DrivenFromTelegram_CarriesAGuestsTraffic()
    {
        await using var telegram = await FakeTelegram.StartAsync();
        await using var origin = new WebOrigin();
        await JsonAsync("init", "--entry-domain", "www.a.example", "--exit-domain", "cdn.a.example");
        WriteOptions(telegram);
        using var management = CellwayProgram.Start(
            _home.FullName, "management", "--node-listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--bot", InHome("bot.json"), "--ready-file", InHome("management.ready"));
        _server = (await CellwayProgram.ReadyAsync(management, InHome("management.ready")))["admin"];
        await JsonAsync("participant", "add", "alice");

        using var core = await JoinAsync(telegram, "🌍 Core · first", "core", "127.0.0.31", "--allow-destination", "127.0.0.0/8");
        using var entry = await JoinAsync(telegram, "🚪 Entry", "entry", "127.0.0.32");
        var ready = await CellwayProgram.ReadyAsync(entry, InHome("entry.ready"));
        var cell = await JsonAsync("cell", "set", "first", "--entry-address", ready["serving"]);
        await File.WriteAllTextAsync(InHome("ca.pem"), cell.GetProperty("privateRoot").GetString(), TestContext.Current.CancellationToken);
        await UntilReadyAsync();

        await telegram.SayAsync(Guest, "/request a");
        await telegram.SayAsync(Guest, "Боб");
        await telegram.SayAsync(Guest, "От Алисы");
        await telegram.UntilAsync(() => telegram.SentTo(Olga).Any(m => m.Plain.Contains("просит доступ", StringComparison.Ordinal)), "the operator hears of it", TestContext.Current.CancellationToken);
        await telegram.PressAsync(Olga, "✅ Одобрить");
        await telegram.UntilAsync(() => telegram.SentTo(Guest).Any(m => m.Button("➕ Добавить") is not null), "the guest is admitted", TestContext.Current.CancellationToken);
        await telegram.PressAsync(Guest, "➕ Добавить");
        var link = await telegram.SayAsync(Guest, "Телефон");

        Assert.NotNull(link.Photo);
        Assert.Equal("hello", await ThroughConnectAsync(link.Button("📋 Скопировать")!.Copy!, origin));
        Assert.Equal(0, await CellwayProgram.InterruptAsync(management));
    }

    public void Dispose() => _home.Delete(recursive: true);

    private string InHome(string name) => Path.Combine(_home.FullName, name);

    private Task<System.Text.Json.JsonElement> JsonAsync(params string[] arguments) =>
        CellwayProgram.JsonAsync(_home.FullName, _server.Length == 0 ? arguments : [.. arguments, "--server", _server]);

    private void WriteOptions(FakeTelegram telegram)
    {
        File.WriteAllText(InHome("bot.json"), $$"""{ "token": "{{FakeTelegram.Token}}", "apiUrl": "{{telegram.Url}}", "operators": [{ "id": {{Olga}}, "name": "olga" }], "pollFor": "00:00:01" }""");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(InHome("bot.json"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>A server joins with the command that the operator's bot shows.</summary>
    private async Task<Process> JoinAsync(FakeTelegram telegram, string kind, string role, string address, params string[] more)
    {
        await telegram.SayAsync(Olga, "/tokens");
        await telegram.PressAsync(Olga, "➕ Новый токен");
        await telegram.PressAsync(Olga, "alice");
        var command = await telegram.PressAsync(Olga, kind);
        var start = new ProcessStartInfo(CellwayProgram.Executable, [role, "--state", InHome(role), "--listen", $"{address}:0", "--bind", address, "--ready-file", InHome($"{role}.ready"), .. more])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        CellwayProgram.SetHome(start, _home.FullName);
        start.Environment["CELLWAY_JOIN_TOKEN"] = JoinToken().Match(command.Plain).Value;
        return CellwayProgram.Start(start);
    }

    private async Task UntilReadyAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (!(await JsonAsync("node", "list")).EnumerateArray().All(n => n.GetProperty("state").GetString() == "ready"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), limit.Token);
        }
    }

    private async Task<string> ThroughConnectAsync(string url, WebOrigin origin)
    {
        using var connect = CellwayProgram.Start(_home.FullName, "connect", url, "--ca", InHome("ca.pem"), "--listen", "127.0.0.1:0", "--ready-file", InHome("connect.ready"));
        var proxy = (await CellwayProgram.ReadyAsync(connect, InHome("connect.ready")))["proxy"];
        using var http = new HttpClient(new SocketsHttpHandler { Proxy = new System.Net.WebProxy($"socks5://{proxy}"), UseProxy = true });
        var text = await http.GetStringAsync(origin.Address, TestContext.Current.CancellationToken);
        Assert.Equal(0, await CellwayProgram.InterruptAsync(connect));
        return text;
    }

    [GeneratedRegex(@"cw1_[A-Za-z0-9_-]+")]
    private static partial Regex JoinToken();
}
