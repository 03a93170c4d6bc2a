using Cellway.IntegrationTests.Manager;
using Cellway.Manager.Hosting;
using Cellway.Model.State;
using Microsoft.Extensions.Hosting;

namespace Cellway.IntegrationTests.Bot;

/// <summary>The bot as a process of its own, beside management on the same state.</summary>
public sealed class BotHostTests
{
    private const long Guest = 7_205_551_234;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bot_BesideManagementThatHasNone_ServesPeople()
    {
        await using var network = await BotNetwork.StartAsync();
        var alone = network.Network.Options;
        await using var management = await RunningReplica.StartAsync(alone with { Bot = null }, network.Network.Store, network.Network.Time, network.Network.Log);
        await network.Network.Replica.DisposeAsync();
        using var host = await StartAsync(network);

        Assert.Contains("Здравствуйте", (await network.SayAsync(Guest, "/start")).Plain, StringComparison.Ordinal);
        await network.PressAsync(Guest, "⏱ Попробовать час");
        await host.StopAsync(Token);
        await RegenerationTests.UntilAsync(async () => (await network.Network.Store.ListAsync(network.Network.Keys.Bot("seat"), Token)).Entries.Count == 0);
    }

    /// <summary>Both are told to run it: one does, and the other when it ends.</summary>
    [Fact]
    public async Task Bot_BesideManagementThatHasIt_WaitsAndGoesOnInTheMiddleOfAConversation()
    {
        await using var network = await BotNetwork.StartAsync();
        await network.SayAsync(Guest, "/request a");
        using var host = await StartAsync(network);
        await RegenerationTests.UntilAsync(() => Task.FromResult(network.Network.Log.Text.Contains("runs the bot; this process takes over", StringComparison.Ordinal)));
        await network.SayAsync(Guest, "Боб");
        await network.SettledAsync();
        await network.Network.Replica.DisposeAsync();

        Assert.Contains("отправлена", (await network.SayAsync(Guest, "От Алисы")).Plain, StringComparison.Ordinal);
        Assert.DoesNotContain("Somebody else asks Telegram", network.Network.Log.Text, StringComparison.Ordinal);
        Assert.Single((await network.Network.Store.ListAsync(network.Network.Keys.Bot("requests/"), Token)).Entries);
        await host.StopAsync(Token);
    }

    /// <summary>Whoever has lost the seat writes nothing more, whatever it believes.</summary>
    [Fact]
    public async Task Bot_SeatTakenAway_AnotherTermBegins()
    {
        await using var network = await BotNetwork.StartAsync();
        await network.SayAsync(Guest, "/request a");
        for (var i = 1; i <= 2; i++)
        {
            await network.Network.Store.CommitAsync(new StateTransaction().Delete(network.Network.Keys.Bot("seat")), Token);
            network.Telegram.Write(Guest, "/menu");
            await network.Telegram.UntilAsync(() => network.Telegram.SentTo(Guest).Count(m => m.Plain == "Что сделать?") == i, "they are answered", Token);
        }
    }

    private static async Task<IHost> StartAsync(BotNetwork network)
    {
        var host = await BotHost.BuildAsync(network.Network.Options, network.Network.Store, network.Network.Log.Configure, network.Network.Time, Token);
        await host.StartAsync(Token);
        return host;
    }
}
