using Cellway.IntegrationTests.Manager;
using Cellway.Manager.Bot;
using Cellway.Manager.Hosting;
using Cellway.Manager.Leadership;
using Cellway.Model.Identities;
using Cellway.Model.State;
using Cellway.Testing.Telegram;

namespace Cellway.IntegrationTests.Bot;

/// <summary>A network with a bot, and the Telegram it talks to.</summary>
internal sealed class BotNetwork : IAsyncDisposable
{
    public const long Olga = 100;

    private readonly CancellationTokenSource _lost = new();

    private BotNetwork(FakeTelegram telegram, ManagedNetwork network)
    {
        Telegram = telegram;
        Network = network;
    }

    public FakeTelegram Telegram { get; }

    public ManagedNetwork Network { get; }

    /// <summary>A Core of the participant's in the first cell, when the bot knows it.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> NewCoreAsync()
    {
        var core = (await Network.EnrollAsync(Role.Core)).Id;
        await RegenerationTests.UntilAsync(() => Task.FromResult(Network.View.Nodes.ContainsKey(core)));
        return core;
    }

    /// <param name="configure">Changes the bot's options.</param>
    /// <param name="manager">Changes the replica's.</param>
    /// <param name="store">Where the state is kept; memory if null.</param>
    /// <param name="wrap">What the replica gets in its place.</param>
    /// <param name="time">The clock; the system's if null.</param>
    public static async Task<BotNetwork> StartAsync(
        Func<BotOptions, BotOptions>? configure = null,
        Func<ManagerOptions, ManagerOptions>? manager = null,
        IStateStore? store = null,
        Func<IStateStore, IStateStore>? wrap = null,
        TimeProvider? time = null)
    {
        var telegram = await FakeTelegram.StartAsync();
        var options = new BotOptions { Token = FakeTelegram.Token, ApiUrl = telegram.Url, Operators = [new(Olga, "olga")], QuietFrom = new(0, 0), QuietTo = new(0, 0), Burst = 10_000, PollFor = TimeSpan.FromSeconds(1) };
        options = (configure ?? (o => o))(options);
        var network = await ManagedNetwork.StartAsync(o => (manager ?? (m => m))(o) with { Bot = options }, store, wrap, time);
        return new(telegram, network);
    }

    /// <summary>Waits for the next message to a person after those that were there, and returns it.</summary>
    public async Task<FakeMessage> NextAsync(long person, int after, string what)
    {
        try
        {
            await Telegram.UntilAsync(() => Telegram.SentTo(person).Count > after, what, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{Network.Log.Text}", e);
        }

        return Telegram.SentTo(person)[after];
    }

    /// <summary>A person writes, and gets their answer.</summary>
    public async Task<FakeMessage> SayAsync(long person, string text)
    {
        var before = Telegram.SentTo(person).Count;
        Telegram.Write(person, text);
        return await NextAsync(person, before, $"{person} wrote “{text}”");
    }

    /// <summary>A person presses a button, and gets their answer.</summary>
    public async Task<FakeMessage> PressAsync(long person, string label)
    {
        var before = Telegram.SentTo(person).Count;
        Telegram.Press(person, label);
        return await NextAsync(person, before, $"{person} pressed “{label}”");
    }

    /// <summary>Until it is written that everything was handled: whoever takes over before asks the last question again.</summary>
    public Task SettledAsync() => Telegram.UntilAsync(() => Telegram.Pending == 0, "all is handled", TestContext.Current.CancellationToken);

    /// <summary>The term of whoever leads now: writes beside them.</summary>
    public async Task<LeaderTerm> TermAsync()
    {
        var leader = await Network.Store.GetAsync(Network.Keys.Leader, TestContext.Current.CancellationToken);
        return new(Network.Store, Network.Keys.Leader, leader!.ModRevision, _lost);
    }

    public async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync();
        await Telegram.DisposeAsync();
        _lost.Dispose();
    }
}
