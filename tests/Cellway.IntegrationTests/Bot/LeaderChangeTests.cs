using Cellway.Manager.Bot.Keeping;
using Cellway.Model.Bot;
using Cellway.Model.State;

namespace Cellway.IntegrationTests.Bot;

/// <summary>Whoever leads, an update has its effect once.</summary>
public sealed class LeaderChangeTests
{
    private const long Guest = 7_205_551_234;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Conversation_LeaderStopsInTheMiddle_GoesOnWithTheNext()
    {
        await using var network = await BotNetwork.StartAsync();
        await network.SayAsync(Guest, "/request a");
        await using var other = await network.Network.StartReplicaAsync();
        await network.SettledAsync();
        await network.Network.Replica.DisposeAsync();

        var word = await network.SayAsync(Guest, "Боб");
        var sent = await network.SayAsync(Guest, "От Алисы");

        Assert.Contains("пару слов", word.Plain, StringComparison.Ordinal);
        Assert.Contains("отправлена", sent.Plain, StringComparison.Ordinal);
        Assert.Single((await ListAsync(network, "requests/")).Entries);
    }

    [Fact]
    public async Task TenThousandUpdates_LeadersDeposedOnTheWayAndAllOfItAgain_EachHasItsEffectOnce()
    {
        const int People = 500;
        const int Lines = 10;
        await using var network = await BotNetwork.StartAsync(o => o with { MessagesPerSecond = 10_000 });
        await using var other = await network.Network.StartReplicaAsync();
        for (var line = 0; line < Lines; line++)
        {
            for (var person = 0; person < People; person++)
            {
                network.Telegram.Write(Guest + person, "/support w");
                network.Telegram.Write(Guest + person, $"line {line}");
            }
        }

        for (var left = 8_000; left > 0; left -= 2_000)
        {
            await network.Telegram.UntilAsync(() => network.Telegram.Pending <= left, $"{left} updates left", Token);
            await DeposeAsync(network);
        }

        await network.Telegram.UntilAsync(() => network.Telegram.Pending == 0, "all handled", Token);
        await AssertThreadsAsync(network, People, Lines);

        await network.Network.Store.CommitAsync(new StateTransaction().Delete(network.Network.Keys.Bot("offset")), Token);
        network.Telegram.Replay();
        await DeposeAsync(network);
        await network.Telegram.UntilAsync(() => network.Telegram.Pending == 0, "all handled again", Token);
        await AssertThreadsAsync(network, People, Lines);
    }

    private static async Task DeposeAsync(BotNetwork network) =>
        await network.Network.Store.CommitAsync(new StateTransaction().Delete(network.Network.Keys.Leader), Token);

    private static async Task AssertThreadsAsync(BotNetwork network, int people, int lines)
    {
        var seals = new BotSeals(network.Network.Authority);
        var threads = (await ListAsync(network, "threads/")).Entries.Select(StateJson.Read<BotThreadRecord>).ToList();
        var expected = string.Join('|', Enumerable.Range(0, lines).Select(l => $"line {l}"));
        Assert.Equal(people, threads.Count);
        Assert.All(threads, t => Assert.Equal(expected, string.Join('|', seals.Open(t.Words, BotJson.Default.IReadOnlyListThreadLine).Select(l => l.Text))));
    }

    private static async Task<StateSnapshot> ListAsync(BotNetwork network, string folder) =>
        await network.Network.Store.ListAsync(network.Network.Keys.Bot(folder), Token);
}
