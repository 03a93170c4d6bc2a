using System.Diagnostics;
using System.Net;
using Cellway.Manager.Api;
using Cellway.Manager.Authority;
using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Hosting;
using Cellway.Model.Bot;
using Cellway.Model.State;
using Cellway.Pki.Requesting;
using Cellway.State.Sqlite;
using Cellway.Testing.Telegram;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cellway.Benchmarks.Bot;

/// <summary>One replica with a state in a file, and a Bot API server on a real socket in the same process: what people ask, and a broadcast.</summary>
internal static class BotBench
{
    private const int Runs = 3;
    private const int People = 1_000;
    private const long First = 5_000_000;

    public static async Task<IReadOnlyList<Row>> RunAsync(bool quick)
    {
        var rounds = quick ? 5 : 20;
        List<double> asked = [];
        List<double> written = [];
        for (var run = 0; run < Runs; run++)
        {
            await using var bench = await BotUnderLoad.StartAsync(messagesPerSecond: 10_000);
            asked.Add(await bench.DrainAsync(rounds, "/menu"));
            written.Add(await bench.DrainAsync(rounds, "/support w", "It does not open"));
        }

        var broadcast = await BroadcastAsync(quick ? 300 : 10_000);
        return
        [
            Row.Of("updates that are answered", "1/s", asked),
            Row.Of("updates, every second one with an effect", "1/s", written),
            .. broadcast,
        ];
    }

    /// <summary>The replica is stopped in the middle and another takes over from the same state; Telegram's end is what counts.</summary>
    private static async Task<IReadOnlyList<Row>> BroadcastAsync(int people)
    {
        await using var bench = await BotUnderLoad.StartAsync(messagesPerSecond: 30, people);
        await bench.SayAsync("/broadcast u");
        await bench.SayAsync("hello");
        await bench.PressAsync("📣 Отправить");
        await BotUnderLoad.UntilAsync(() => bench.Broadcast.Count >= people / 2);
        await bench.RestartAsync();
        var before = bench.Broadcast.Count;
        await BotUnderLoad.UntilAsync(() => bench.Broadcast.Count >= people);
        await bench.SayAsync("/menu"); // whatever would be sent twice has been sent by then
        var times = bench.Broadcast;
        var copies = bench.Telegram.Sent.Where(m => m.Chat >= First).CountBy(m => m.Chat).ToList();
        return
        [
            Row.Of("broadcast, messages a second", "1/s", [RateOf(times[..before]), RateOf(times[before..])]),
            Row.Of("broadcast, most in any second", "", [times.Index().Max(t => times.Skip(t.Index).TakeWhile(later => later < t.Item + 1).Count())]),
            Row.Of("broadcast, the restart took", "s", [times[before] - times[before - 1]]),
            Row.Of("broadcast, messages", "", [times.Count]),
            Row.Of("broadcast, people who got none", "", [people - copies.Count]),
            Row.Of("broadcast, people who got two", "", [copies.Count(c => c.Value > 1)]),
        ];
    }

    private static double RateOf(List<double> times) => (times.Count - 1) / (times[^1] - times[0]);

    private sealed class BotUnderLoad : IAsyncDisposable
    {
        private const long Operator = 100;

        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cellway-bench-bot-");
        private SqliteStateStore _store = null!;
        private ManagerOptions _options = null!;
        private IHost _host = null!;

        public FakeTelegram Telegram { get; private set; } = null!;

        /// <summary>When Telegram took each message to those who were written to, in seconds.</summary>
        public List<double> Broadcast => [.. Telegram.Sent.Zip(Telegram.SentAt).Where(m => m.First.Chat >= First).Select(m => (double)m.Second / Stopwatch.Frequency)];

        public static async Task<BotUnderLoad> StartAsync(int messagesPerSecond, int known = 0)
        {
            var bench = new BotUnderLoad();
            bench.Telegram = await FakeTelegram.StartAsync();
            bench._store = await SqliteStateStore.OpenAsync(Path.Combine(bench._directory.FullName, "state.db"), new(), TimeProvider.System, default);
            var secret = new SealSecret(null, "correct horse battery staple");
            using var key = NodeKey.New();
            await NetworkCreator.CreateAsync(
                bench._store, new("bench", new NewCell("north", "entry.north.example", "exit.north.example")), secret, key.CreateRequest(), _ => { }, TimeProvider.System, default);
            bench._options = new()
            {
                NodeListen = new(IPAddress.Loopback, 0),
                AdminListen = new(IPAddress.Loopback, 0),
                Secret = secret,
                Bot = new() { Token = FakeTelegram.Token, ApiUrl = bench.Telegram.Url, Operators = [new(Operator, "olga")], MessagesPerSecond = messagesPerSecond, Burst = 100_000 },
            };
            bench._host = await bench.BuildAsync();
            await AddAsync(bench, known);
            await bench._host.StartAsync();
            await bench.SayAsync("/start");
            return bench;
        }

        public async Task RestartAsync()
        {
            await StopAsync();
            _host = await BuildAsync();
            await _host.StartAsync();
        }

        /// <returns>Updates a second, answered ones.</returns>
        public async Task<double> DrainAsync(int rounds, params string[] texts)
        {
            var before = Telegram.Sent.Count(m => m.Chat >= First);
            var begun = Stopwatch.GetTimestamp();
            foreach (var text in Enumerable.Repeat(texts, rounds).SelectMany(t => t))
            {
                for (var person = 0; person < People; person++)
                {
                    Telegram.Write(First + person, text);
                }
            }

            var count = rounds * texts.Length * People;
            await UntilAsync(() => Telegram.Pending == 0);
            await UntilAsync(() => Telegram.Sent.Count(m => m.Chat >= First) >= before + count);
            return count / Stopwatch.GetElapsedTime(begun).TotalSeconds;
        }

        public Task SayAsync(string text) => AfterAsync(() => Telegram.Write(Operator, text));

        public Task PressAsync(string label) => AfterAsync(() => Telegram.Press(Operator, label));

        public static async Task UntilAsync(Func<bool> holds)
        {
            while (!holds())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, default);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            await _store.DisposeAsync();
            await Telegram.DisposeAsync();
            _directory.Delete(recursive: true);
        }

        private Task<IHost> BuildAsync() => ManagerHost.BuildAsync(_options, _store, logging => logging.SetMinimumLevel(LogLevel.None), TimeProvider.System, default);

        private async Task StopAsync()
        {
            await _host.StopAsync();
            await ((IAsyncDisposable)_host).DisposeAsync();
        }

        private static async Task AddAsync(BotUnderLoad bench, int known)
        {
            var seals = bench._host.Services.GetRequiredService<BotSeals>();
            var keys = bench._host.Services.GetRequiredService<StateKeys>();
            foreach (var ids in Enumerable.Range(0, known).Chunk(50))
            {
                var transaction = new StateTransaction();
                foreach (var id in ids)
                {
                    var hash = seals.HashOf(First + id);
                    transaction
                        .Put(keys.Bot($"people/{hash}"), StateJson.Write(new BotPersonRecord { User = "everybody", Since = DateTimeOffset.UnixEpoch }))
                        .Put(keys.Bot($"chats/{hash}"), StateJson.Write(new BotChatRecord { Sealed = seals.SealChat(First + id) }));
                }

                await bench._store.CommitAsync(transaction, default);
            }
        }

        private async Task AfterAsync(Action act)
        {
            var before = Telegram.SentTo(Operator).Count;
            act();
            await UntilAsync(() => Telegram.SentTo(Operator).Count > before);
        }
    }
}
