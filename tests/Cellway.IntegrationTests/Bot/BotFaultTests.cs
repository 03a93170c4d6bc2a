using System.Text;
using System.Text.Json.Nodes;
using Cellway.IntegrationTests.Manager;
using Cellway.Manager.Api;
using Cellway.Manager.Bot.Keeping;
using Cellway.Model.Bot;
using Cellway.Model.State;
using Cellway.Testing.Telegram;

namespace Cellway.IntegrationTests.Bot;

/// <summary>Whatever Telegram, or somebody in it, does: it is answered or passed over, and nothing else notices.</summary>
public sealed class BotFaultTests
{
    private const long Guest = 7_205_551_234;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_WrongToken_SaidInTheLogAndManagementServes()
    {
        await using var network = await BotNetwork.StartAsync(o => o with { Token = "4242:AAanothertokenthanthefakeserverknows00" });
        await UntilLoggedAsync(network, "refuses the bot's token");

        await network.Network.NewDeviceAsync("bob");
        Assert.DoesNotContain("AAanother", network.Network.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_FailInEveryWay_TheAnswerComesAllTheSame()
    {
        await using var network = await BotNetwork.StartAsync();
        network.Telegram.Fail(
            new FakeFault("getUpdates", 502, "Bad Gateway"), new("getUpdates", 429, "Too Many Requests: retry after 1", RetryAfter: 1),
            new("sendMessage", 500, "Internal Server Error"), new("sendMessage", 429, "Too Many Requests: retry after 1", RetryAfter: 1), new("sendMessage", 504, "Gateway Timeout"));

        Assert.Contains("Здравствуйте", (await network.SayAsync(Guest, "/start")).Plain, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Updates_MalformedAmongGoodOnes_PassedOver()
    {
        await using var network = await BotNetwork.StartAsync();
        await network.SayAsync(Guest, "/start");
        network.Telegram.Write(Guest, "/menu");
        network.Telegram.Add(new() { ["message"] = new JsonObject { ["message_id"] = "not a number", ["chat"] = 5 } });
        network.Telegram.Add(new() { ["something_new"] = new JsonObject { ["a"] = 1 } });
        network.Telegram.Add(new() { ["callback_query"] = "nothing" });

        await network.SayAsync(Guest, "/language");
        await network.Telegram.UntilAsync(() => network.Telegram.Pending == 0, "all passed over", Token);
        Assert.Contains("update that is none", network.Network.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_WhateverIsWritten_Ignored()
    {
        await using var network = await BotNetwork.StartAsync();
        network.Telegram.Add(new()
        {
            ["message"] = new JsonObject
            {
                ["message_id"] = 1,
                ["date"] = 1,
                ["from"] = new JsonObject { ["id"] = Guest, ["is_bot"] = false, ["first_name"] = "x" },
                ["chat"] = new JsonObject { ["id"] = -100, ["type"] = "group", ["title"] = "x" },
                ["text"] = "/start",
            },
        });
        await network.SayAsync(Guest, "/start");

        Assert.Single(network.Telegram.Sent);
    }

    [Fact]
    public async Task Buttons_OfSomebodyElseOrMadeUp_Refused()
    {
        await using var network = await BotNetwork.StartAsync();
        var theirs = await network.SayAsync(Guest, "/start");
        var data = theirs.Button("⏱ Попробовать час")!.Data!;
        foreach (var pressed in new[] { data, "tr::fffffff:AAAAAAAA", new string('x', 64) })
        {
            var before = network.Telegram.SentTo(Guest + 1).Count;
            network.Telegram.PressData(Guest + 1, theirs with { Chat = Guest + 1 }, pressed);
            Assert.Contains("не ваша", (await network.NextAsync(Guest + 1, before, pressed)).Plain, StringComparison.Ordinal);
        }

        Assert.Empty(await PeopleAsync(network));
    }

    /// <summary>It was on the message once; an app can still send it.</summary>
    [Fact]
    public async Task Buttons_ThatTheMessageNoLongerHas_DoNothing()
    {
        await using var network = await BotNetwork.StartAsync();
        var menu = await network.SayAsync(Guest, "/start");
        await network.PressAsync(Guest, "❓ Помощь"); // the message has other buttons now
        var before = network.Telegram.SentTo(Guest).Count;
        network.Telegram.PressData(Guest, menu, menu.Button("⏱ Попробовать час")!.Data!);

        Assert.Contains("уже не действует", (await network.NextAsync(Guest, before, "an old button")).Plain, StringComparison.Ordinal);
        Assert.Empty(await network.Network.Admin.GetAsync<IReadOnlyList<UserInfo>>("/v1/users"));
    }

    /// <summary>Telegram says which link it does not take; the link is a password.</summary>
    [Fact]
    public async Task Links_ThatTelegramRefuses_AreShownWithoutButtonsAndAreNotInTheLog()
    {
        await using var network = await BotNetwork.StartAsync();
        network.Telegram.RefusesLinks = true; // as it does with names that are not public
        var link = await network.SayAsync(Guest, "/trial");

        Assert.NotNull(link.Photo);
        Assert.DoesNotContain(link.Buttons.SelectMany(r => r), b => b.Url is not null);
        Assert.Contains("refused a message", network.Network.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(new Uri(link.Button("📋 Скопировать")!.Copy!).Segments[^1], network.Network.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SomebodyWhoIsBannedOnTrial_GetsNoOther()
    {
        await using var network = await BotNetwork.StartAsync();
        await network.SayAsync(Guest, "/trial");
        await network.SayAsync(BotNetwork.Olga, "/people");
        var trial = network.Telegram.ChatWith(BotNetwork.Olga)[^1].Buttons[0][0].Label;
        await network.PressAsync(BotNetwork.Olga, trial);
        await network.PressAsync(BotNetwork.Olga, "🚫 Закрыть доступ");
        await network.SayAsync(BotNetwork.Olga, "Рассылал спам");
        await network.Telegram.UntilAsync(() => network.Telegram.SentTo(Guest).Any(m => m.Plain.Contains("Рассылал спам", StringComparison.Ordinal)), "they are told", Token);

        Assert.Contains("Доступ для вас закрыт", (await network.SayAsync(Guest, "/trial")).Plain, StringComparison.Ordinal);
        Assert.True(Assert.Single(await network.Network.Admin.GetAsync<IReadOnlyList<UserInfo>>("/v1/users")).Disabled);
    }

    /// <summary>What somebody is told while the state is away must not come again because it could not be noted.</summary>
    [Fact]
    public async Task Outbox_TheStateIsAwayAfterAMessageWasTaken_ItIsNotSentAgain()
    {
        FaultyStore store = null!;
        await using var network = await BotNetwork.StartAsync(wrap: inner => store = new(inner));
        store.FailNext(t => t.Writes.Any(o => o.Key.StartsWith(network.Network.Keys.Bot("outbox/"), StringComparison.Ordinal)) && t.Writes.Count <= 2, loseAnswer: false);
        await RequestAsync(network, Guest, "Боб");
        await UntilAsync(async () => (await network.Network.Store.ListAsync(network.Network.Keys.Bot("outbox/"), Token)).Entries.Count == 0 && network.Telegram.SentTo(BotNetwork.Olga).Count > 0, "nothing waits");

        Assert.Single(network.Telegram.SentTo(BotNetwork.Olga));
    }

    /// <summary>Telegram fails at one message whenever it comes, and takes others.</summary>
    [Fact]
    public async Task Outbox_SomebodyWhoCannotBeWrittenToForNow_HoldsUpNobodyElse()
    {
        await using var network = await BotNetwork.StartAsync(o => o with { Operators = [.. o.Operators, new(BotNetwork.Olga + 1, "petr")] });
        network.Telegram.Broken[BotNetwork.Olga] = true;
        await RequestAsync(network, Guest, "Боб");
        await RequestAsync(network, Guest + 1, "Ева");
        await network.Telegram.UntilAsync(() => network.Telegram.SentTo(BotNetwork.Olga + 1).Count == 2, "the other operator hears of both", Token);

        network.Telegram.Broken.Clear();
        await network.Telegram.UntilAsync(() => network.Telegram.SentTo(BotNetwork.Olga).Count == 2, "and in the end the first", Token);
    }

    [Fact]
    public async Task Stickers_InsteadOfText_AnsweredWithWhatIsUnderstood()
    {
        await using var network = await BotNetwork.StartAsync();
        network.Telegram.Write(Guest, null);

        Assert.Contains("только текст", (await network.NextAsync(Guest, 0, "a sticker")).Plain, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SomebodyWhoBlockedTheBot_IsToldNothingMoreAndTheOthersAre()
    {
        await using var network = await BotNetwork.StartAsync();
        await RequestAsync(network, Guest, "Боб");
        await RequestAsync(network, Guest + 1, "Ева");
        network.Telegram.Blocked[Guest] = true;
        await network.Telegram.UntilAsync(
            () => new[] { "Боб просит", "Ева просит" }.All(t => network.Telegram.SentTo(BotNetwork.Olga).Any(m => m.Plain.Contains(t, StringComparison.Ordinal))), "the operator hears of both", Token);
        foreach (var label in new[] { "🔑 доступ: Боб", "🔑 доступ: Ева" })
        {
            await network.SayAsync(BotNetwork.Olga, "/requests");
            await network.PressAsync(BotNetwork.Olga, label);
            await network.PressAsync(BotNetwork.Olga, "✅ Одобрить");
        }

        await network.Telegram.UntilAsync(() => network.Telegram.SentTo(Guest + 1).Any(m => m.Plain.Contains("открыли доступ", StringComparison.Ordinal)), "Eve is told", Token);
        await UntilAsync(async () => (await PeopleAsync(network)).Any(p => p.Unreachable), "the first cannot be reached");
        await UntilAsync(async () => (await network.Network.Store.ListAsync(network.Network.Keys.Bot("outbox/"), Token)).Entries.Count == 0, "nothing waits");
    }

    [Fact]
    public async Task Flood_OnePerson_WarnedOnceAndOthersServed()
    {
        await using var network = await BotNetwork.StartAsync(o => o with { Burst = 5 });
        for (var i = 0; i < 100; i++)
        {
            network.Telegram.Write(Guest, "/menu");
        }

        await network.SayAsync(Guest + 1, "/start");
        await network.Telegram.UntilAsync(() => network.Telegram.Pending == 0, "all handled", Token);

        Assert.InRange(network.Telegram.SentTo(Guest).Count, 6, 8); // a slow machine fills one up again
        Assert.Single(network.Telegram.SentTo(Guest), m => m.Plain.Contains("Слишком быстро", StringComparison.Ordinal));
    }

    [Fact]
    public async Task State_AndLogAfterALongConversation_NameNobody()
    {
        const string Secret = "заветное слово";
        await using var network = await BotNetwork.StartAsync();
        await RequestAsync(network, Guest, "Бармаглот", Secret);
        await network.SayAsync(Guest, "/support");
        await network.SayAsync(Guest, Secret);
        await network.SayAsync(Guest, "/trial");
        var (state, log) = await EverythingAsync(network);
        foreach (var needle in new[] { $"{Guest}", Secret, "Бармаглот", "Somebody", FakeTelegram.Token })
        {
            Assert.DoesNotContain(needle, state, StringComparison.Ordinal);
            Assert.DoesNotContain(needle, log, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(needle))[..^4], state, StringComparison.Ordinal);
        }

        await network.SayAsync(Guest, "/forget");
        await network.PressAsync(Guest, "Да, забыть меня");
        var hash = new BotSeals(network.Network.Authority).HashOf(Guest);
        var left = (await network.Network.Store.ListAsync(network.Network.Keys.Bot(""), Token)).Entries.Where(e => e.Key.Contains(hash, StringComparison.Ordinal) || Encoding.UTF8.GetString(e.Value.Span).Contains(hash, StringComparison.Ordinal)).ToList();
        Assert.Equal(["people", "talks"], left.Select(e => e.Key.Split('/')[^2]));
        Assert.Equal(1, StateJson.Read<BotPersonRecord>(left[0]).Trials);
    }

    private static async Task RequestAsync(BotNetwork network, long person, string name, string word = "слово")
    {
        await network.SayAsync(person, "/request a");
        await network.SayAsync(person, name);
        await network.SayAsync(person, word);
    }

    private static async Task<(string State, string Log)> EverythingAsync(BotNetwork network)
    {
        var snapshot = await network.Network.Store.ListAsync("", Token);
        return (string.Join('\n', snapshot.Entries.Select(e => $"{e.Key} {Encoding.UTF8.GetString(e.Value.Span)}")), network.Network.Log.Text);
    }

    private static async Task<IReadOnlyList<BotPersonRecord>> PeopleAsync(BotNetwork network) =>
        [.. (await network.Network.Store.ListAsync(network.Network.Keys.Bot("people/"), Token)).Entries.Select(StateJson.Read<BotPersonRecord>)];

    private static Task UntilLoggedAsync(BotNetwork network, string text) => UntilAsync(() => Task.FromResult(network.Network.Log.Text.Contains(text, StringComparison.Ordinal)), text);

    private static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while (!await holds())
        {
            Assert.False(limit.IsCancellationRequested, what);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }
    }
}
