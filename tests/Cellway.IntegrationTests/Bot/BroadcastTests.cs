using Cellway.IntegrationTests.Manager;
using Cellway.Manager.Bot.Keeping;
using Cellway.Model.Bot;
using Cellway.Model.State;
using Cellway.Testing.Telegram;

namespace Cellway.IntegrationTests.Bot;

public sealed class BroadcastTests
{
    private const long First = 5_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TenThousandMessages_LeaderStopsInTheMiddle_EverybodyGetsItOnce()
    {
        const int People = 10_000;
        await using var network = await BotNetwork.StartAsync(o => o with { MessagesPerSecond = 10_000 });
        await AddUsersAsync(network, People);
        await using var other = await network.Network.StartReplicaAsync();
        await network.Network.Replica.DisposeAsync(); // so that the next leader reads who is there
        network.Telegram.Blocked[First] = true;
        network.Telegram.Fail(new FakeFault("sendMessage", 500, "Internal Server Error"), new("sendMessage", 429, "Too Many Requests: retry after 1", RetryAfter: 1));

        await BeginAsync(network);
        await network.Telegram.UntilAsync(() => network.Telegram.Sent.Count > People / 3, "a third is sent", Token);
        await using var third = await network.Network.StartReplicaAsync();
        await other.DisposeAsync();
        await network.Telegram.UntilAsync(() => network.Telegram.Sent.Count(m => m.Chat >= First) >= People - 1, "all is sent", Token);

        var copies = network.Telegram.Sent.Where(m => m.Chat >= First).CountBy(m => m.Chat).ToList();
        Assert.Equal((People - 1, 1), (copies.Count, copies.Max(c => c.Value)));
        var over = await UntilOverAsync(network);
        Assert.Equal((People - 1, 1, People), (over.Sent, over.Failed, over.Planned));
    }

    /// <summary>What was sent is known before more is: a state that is away stops a broadcast, and nobody gets it twice.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AThousandMessages_TheStateIsAwayInTheMiddle_EverybodyGetsItOnce(bool loseAnswers)
    {
        const int People = 1_000;
        FaultyStore store = null!;
        await using var network = await BotNetwork.StartAsync(o => o with { MessagesPerSecond = 10_000 }, wrap: inner => store = new(inner));
        await AddUsersAsync(network, People);
        await using var other = await network.Network.StartReplicaAsync();
        await network.Network.Replica.DisposeAsync(); // so that the next leader reads who is there
        await BeginAsync(network);
        await network.Telegram.UntilAsync(() => network.Telegram.Sent.Count > People / 10, "a tenth is sent", Token);
        store.FailNext(t => t.Writes.Any(o => o.Key.StartsWith(network.Network.Keys.Bot("broadcasts/"), StringComparison.Ordinal)), loseAnswers);

        var over = await UntilOverAsync(network);
        var copies = network.Telegram.Sent.Where(m => m.Chat >= First).CountBy(m => m.Chat).ToList();
        Assert.Equal((People, 1), (copies.Count, copies.Max(c => c.Value)));
        Assert.Equal((People, 0), (over.Sent, over.Failed));
    }

    /// <summary>What was called off does not come later, from those who were being tried.</summary>
    [Fact]
    public async Task Broadcast_StoppedWhileTelegramFails_NobodyGetsItAfterwards()
    {
        const int People = 50;
        await using var network = await BotNetwork.StartAsync();
        await AddUsersAsync(network, People);
        await using var other = await network.Network.StartReplicaAsync();
        await network.Network.Replica.DisposeAsync(); // so that the next leader reads who is there
        foreach (var id in Enumerable.Range(0, People))
        {
            network.Telegram.Broken[First + id] = true;
        }

        await BeginAsync(network);
        await network.Telegram.UntilAsync(() => network.Telegram.Calls.GetValueOrDefault("sendMessage") > 10, "it is tried", Token);
        await network.PressAsync(BotNetwork.Olga, "✖️ Остановить");
        await UntilOverAsync(network);
        await BeginAsync(network, "Второе", network.Telegram.Broken.Clear);
        await UntilOverAsync(network, count: 2);

        Assert.DoesNotContain(network.Telegram.Sent, m => m.Chat >= First && m.Plain.Contains("Всем привет", StringComparison.Ordinal));
        Assert.Equal(People, network.Telegram.Sent.Count(m => m.Chat >= First));
    }

    private static async Task BeginAsync(BotNetwork network, string text = "Всем привет", Action? first = null)
    {
        await network.SayAsync(BotNetwork.Olga, "/broadcast u");
        await network.SayAsync(BotNetwork.Olga, text);
        first?.Invoke();
        await network.PressAsync(BotNetwork.Olga, "📣 Отправить");
    }

    private static async Task<BotBroadcastRecord> UntilOverAsync(BotNetwork network, int count = 1)
    {
        while (true)
        {
            var entries = (await network.Network.Store.ListAsync(network.Network.Keys.Bot("broadcasts/"), Token)).Entries;
            if (entries.Select(StateJson.Read<BotBroadcastRecord>).ToList() is var all && all.Count == count && all.All(b => b.EndedAt is not null))
            {
                return all.MaxBy(b => b.At)!;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        }
    }

    private static async Task AddUsersAsync(BotNetwork network, int count)
    {
        var seals = new BotSeals(network.Network.Authority);
        var keys = network.Network.Keys;
        foreach (var ids in Enumerable.Range(0, count).Chunk(50))
        {
            var transaction = new StateTransaction();
            foreach (var id in ids)
            {
                var hash = seals.HashOf(First + id);
                transaction
                    .Put(keys.Bot($"people/{hash}"), StateJson.Write(new BotPersonRecord { User = "everybody", Since = DateTimeOffset.UnixEpoch }))
                    .Put(keys.Bot($"chats/{hash}"), StateJson.Write(new BotChatRecord { Sealed = seals.SealChat(First + id) }));
            }

            await network.Network.Store.CommitAsync(transaction, Token);
        }
    }
}
