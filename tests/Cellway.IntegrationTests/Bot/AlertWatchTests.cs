using Cellway.IntegrationTests.Manager;
using Cellway.Manager.Api;
using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Bot.Sending;
using Cellway.Manager.Bot.Talking;
using Cellway.Model.Bot;
using Cellway.Model.State;
using Microsoft.Extensions.Time.Testing;

namespace Cellway.IntegrationTests.Bot;

/// <summary>Whom the bot tells what, how often, and when: stepped by hand, with a clock of its own.</summary>
public sealed class AlertWatchTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 4, 12, 0, 0, TimeSpan.Zero));
    private BotNetwork _network = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ManagedNetwork Managed => _network.Network;

    public async ValueTask InitializeAsync()
    {
        // Its own watch does not run: Telegram knows no such token.
        _network = await BotNetwork.StartAsync(o => o with { Token = "4242:AAanothertokenthanthefakeserverknows00", QuietFrom = new(23, 0), QuietTo = new(8, 0), DigestAt = new(9, 0) });
        await RegenerationTests.UntilAsync(() => Task.FromResult(Managed.Log.Text.Contains("refuses the bot's token", StringComparison.Ordinal)));
    }

    public async ValueTask DisposeAsync() => await _network.DisposeAsync();

    [Fact]
    public async Task Look_AnIncident_ToldOnceByWhomeverLeads()
    {
        await CompromiseAsync();
        var watch = Watch();
        for (var i = 0; i < 5; i++)
        {
            await LookAsync(watch);
            _time.Advance(TimeSpan.FromMinutes(5));
        }

        await LookAsync(Watch()); // the next leader's
        Assert.Equal(["alert.incident.compromised"], await ToldAsync());
    }

    [Fact]
    public async Task Look_ANodeThatComesAndGoes_ToldAfterThreeMinutesAndOnceAnHour()
    {
        var node = await _network.NewCoreAsync();
        var watch = Watch();
        await AwayAsync(watch, TimeSpan.FromMinutes(2));
        Assert.Empty(await ToldAsync()); // a server that restarts
        await AwayAsync(watch, TimeSpan.FromMinutes(2));
        Assert.Equal(["alert.node.offline"], await ToldAsync());

        await FlapAsync(watch, node, TimeSpan.FromMinutes(10));
        await AwayAsync(watch, TimeSpan.FromMinutes(4));
        Assert.Single(await ToldAsync());

        await FlapAsync(watch, node, TimeSpan.FromMinutes(70));
        await AwayAsync(watch, TimeSpan.FromMinutes(4));
        Assert.Equal(2, (await ToldAsync()).Count);
    }

    [Fact]
    public async Task Look_InQuietHours_WhatCanWaitDoesAndWhatIsUrgentDoesNot()
    {
        _time.SetUtcNow(new(2026, 3, 4, 23, 30, 0, TimeSpan.Zero));
        await _network.NewCoreAsync();
        await CompromiseAsync();
        var watch = Watch();
        await AwayAsync(watch, TimeSpan.FromMinutes(4));

        var waiting = (await OutboxAsync()).ToDictionary(m => TextOf(m), m => m.NotBefore);
        Assert.Null(waiting["alert.incident.compromised"]);
        Assert.Equal(new(2026, 3, 5, 8, 0, 0, TimeSpan.Zero), waiting["alert.node.offline"]);
    }

    [Fact]
    public async Task Look_DayAfterDay_TheDigestComesOnceADayAtItsTime()
    {
        var watch = Watch();
        await LookAsync(watch);
        _time.SetUtcNow(new(2026, 3, 5, 8, 59, 0, TimeSpan.Zero));
        await LookAsync(watch);
        Assert.Empty(await ToldAsync()); // none for a day that the bot has not seen

        for (var day = 5; day <= 7; day++)
        {
            _time.SetUtcNow(new(2026, 3, day, 9, 0, 0, TimeSpan.Zero));
            await LookAsync(watch);
            await LookAsync(Watch());
            _time.Advance(TimeSpan.FromHours(8));
            await LookAsync(watch);
            Assert.Equal(Enumerable.Repeat("digest", day - 4), await ToldAsync());
        }

        var words = Words((await OutboxAsync())[0]);
        Assert.Equal(("Test network", "0", "1", "0"), (words.Values["network"], words.Values["users"], words.Values["cells"], words.Values["incidents"]));
    }

    private AlertWatch Watch() => new(Managed.Replica.Get<BotDesk>(), Managed.Replica.Get<Outbox>(), _time);

    private async Task LookAsync(AlertWatch watch) => await watch.LookAsync(await _network.TermAsync(), Token);

    private async Task AwayAsync(AlertWatch watch, TimeSpan duration)
    {
        for (var end = _time.GetUtcNow() + duration; _time.GetUtcNow() < end; _time.Advance(TimeSpan.FromMinutes(1)))
        {
            await LookAsync(watch);
        }

        await LookAsync(watch);
    }

    // A node that is drained says nothing of itself; when it works again it has still not come.
    private async Task FlapAsync(AlertWatch watch, string node, TimeSpan duration)
    {
        await Managed.Admin.PostAsync<NodeInfo>($"/v1/nodes/{node}/drain");
        await AwayAsync(watch, duration);
        await Managed.Admin.PostAsync<NodeInfo>($"/v1/nodes/{node}/resume");
    }

    private Task<IncidentInfo> CompromiseAsync() => Managed.Admin.PostAsync<IncidentInfo>("/v1/cells/north/compromise", new CellCompromise("A test", "exit"));

    private async Task<IReadOnlyList<BotMessageRecord>> OutboxAsync() =>
        [.. (await Managed.Store.ListAsync(Managed.Keys.Bot("outbox/"), Token)).Entries.Select(StateJson.Read<BotMessageRecord>).OrderBy(m => m.Id, StringComparer.Ordinal)];

    private async Task<IReadOnlyList<string>> ToldAsync() => [.. (await OutboxAsync()).Select(TextOf)];

    private string TextOf(BotMessageRecord message) => Words(message).Text;

    private OutboxWords Words(BotMessageRecord message) => Managed.Replica.Get<BotSeals>().Open(message.Words, BotJson.Default.OutboxWords);
}
