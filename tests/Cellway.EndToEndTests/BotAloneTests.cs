using System.Diagnostics;
using Cellway.Testing.Etcd;
using Cellway.Testing.Telegram;

namespace Cellway.EndToEndTests;

/// <summary><c>cellway bot run</c>: the bot as a process of its own beside management.</summary>
public sealed class BotAloneTests : IDisposable
{
    private const long Guest = 7_205_551_234;

    private readonly BotHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Run_BesideManagementOnEtcd_ServesPeopleAndTheNextGoesOnWhenItIsKilled()
    {
        Assert.SkipWhen(EtcdCluster.MaySkip, "etcd is not installed.");
        await using var telegram = await FakeTelegram.StartAsync();
        await _home.CreateAsync(telegram);
        await _home.JsonAsync("etcd", "certificate", "member", "--host", "127.0.0.1", "--out", _home["member"]);
        await _home.JsonAsync("etcd", "certificate", "client", "--out", _home["client"]);
        await using var cluster = await EtcdCluster.StartAsync(new() { MemberCredentials = _home["member"], ClientCredentials = _home["client"] });
        string[] store = ["--store", cluster.Url + "/home", "--etcd-credentials", _home["client"]];
        var file = Directory.EnumerateFiles(_home["."], "state.db", SearchOption.AllDirectories).Single();
        await _home.JsonAsync(["state", "copy", "--from", $"sqlite:{file}", "--to", store[1], .. store[2..]]);
        string[] key = ["--key-file", Path.Combine(Path.GetDirectoryName(file)!, "seal.key")];

        using var management = await _home.StartManagementAsync(bot: false, more: [.. store, .. key]);
        using var first = StartBot(store, key);
        await telegram.SayAsync(Guest, "/request a");
        using var second = StartBot(store, key);
        await telegram.UntilAsync(() => telegram.Pending == 0, "it is written that this was handled", TestContext.Current.CancellationToken); // or the question would be asked again
        first.Kill();
        await telegram.SayAsync(Guest, "Боб");
        Assert.Contains("отправлена", (await telegram.SayAsync(Guest, "Слово")).Plain, StringComparison.Ordinal);
        Assert.Equal(0, await CellwayProgram.InterruptAsync(second));
        Assert.Equal(0, await CellwayProgram.InterruptAsync(management));
    }

    [Fact]
    public async Task Run_WithAStateThatOneProcessHas_SaysWhatToDo()
    {
        var (code, _, error) = await CellwayProgram.RunAsync(_home["."], "bot", "run", "--bot", _home["bot.json"], "--state", _home["state"]);

        Assert.Equal(1, code);
        Assert.Contains("let management run the bot with --bot, or keep the state in etcd", error, StringComparison.Ordinal);
    }

    private Process StartBot(params IEnumerable<string>[] options)
    {
        var process = CellwayProgram.Start(_home["."], ["bot", "run", "--bot", _home["bot.json"], .. options.SelectMany(o => o)]);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
