using System.Diagnostics;
using System.Text.Json;
using Cellway.Testing.Telegram;

namespace Cellway.EndToEndTests;

/// <summary>A network in a directory, whose management runs a bot.</summary>
internal sealed class BotHome : IDisposable
{
    public const long Olga = 100;

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("cellway-bot-");

    /// <summary>Where management answers operators.</summary>
    public string Server { get; private set; } = "";

    public string this[string name] => Path.Combine(_home.FullName, name);

    public async Task CreateAsync(FakeTelegram telegram, string more = "")
    {
        await JsonAsync("init", "--entry-domain", "www.a.example", "--exit-domain", "cdn.a.example");
        WriteOptions(telegram, more);
    }

    public void WriteOptions(FakeTelegram telegram, string more = "")
    {
        File.WriteAllText(
            this["bot.json"], $$"""{ "token": "{{FakeTelegram.Token}}", "apiUrl": "{{telegram.Url}}", "operators": [{ "id": {{Olga}}, "name": "olga" }], "pollFor": "00:00:01"{{more}} }""");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(this["bot.json"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    public Task<JsonElement> JsonAsync(params string[] arguments) => CellwayProgram.JsonAsync(_home.FullName, Server.Length == 0 ? arguments : [.. arguments, "--server", Server]);

    /// <param name="bot">Whether it runs the bot.</param>
    /// <param name="nodes">Where nodes come in.</param>
    /// <param name="roots">Roots that it trusts as the system's.</param>
    /// <param name="more">Further options.</param>
    public async Task<Process> StartManagementAsync(bool bot = true, string nodes = "127.0.0.1:0", string? roots = null, params IEnumerable<string> more)
    {
        File.Delete(this["management.ready"]);
        string[] run = bot ? ["--bot", this["bot.json"]] : [];
        var start = new ProcessStartInfo(CellwayProgram.Executable, ["management", "--node-listen", nodes, "--admin-listen", "127.0.0.1:0", "--ready-file", this["management.ready"], .. run, .. more])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        CellwayProgram.SetHome(start, _home.FullName);
        if (roots is not null)
        {
            start.Environment["SSL_CERT_FILE"] = roots;
        }

        var process = CellwayProgram.Start(start);
        Server = (await CellwayProgram.ReadyAsync(process, this["management.ready"]))["admin"];
        return process;
    }

    public void Dispose() => _home.Delete(recursive: true);
}
