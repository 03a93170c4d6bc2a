using System.Diagnostics;
using Cellway.Testing.Telegram;

namespace Cellway.EndToEndTests;

/// <summary>A management process that is killed while it sends a broadcast.</summary>
public sealed class BotKilledTests : IDisposable
{
    private const int People = 12;
    private const long First = 7_205_551_000;

    private readonly BotHome _home = new();

    /// <summary>
    /// Telegram takes a message and its answer never comes: nobody can know that it was taken, and it is sent again. That is all that is sent twice, and nothing is lost.
    /// </summary>
    [Fact(Timeout = 300_000)]
    public async Task Broadcast_KilledWithOneMessageUnanswered_ThatOneComesTwiceAndAllOthersOnce()
    {
        await using var telegram = await FakeTelegram.StartAsync();
        await _home.CreateAsync(telegram);
        using (var management = await _home.StartManagementAsync())
        {
            await AdmitAsync(telegram);
            await telegram.SayAsync(BotHome.Olga, "/broadcast u");
            await telegram.SayAsync(BotHome.Olga, "Всем привет");
            telegram.Fail(new FakeFault("sendMessage", 0, "", AfterTaking: true, Unanswered: true));
            await telegram.PressAsync(BotHome.Olga, "📣 Отправить");
            await UntilShownAsync(telegram, $"отправлено {People - 1} из {People}");
            management.Kill(); // -9
            await management.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        using var next = await _home.StartManagementAsync();
        await UntilShownAsync(telegram, $"Рассылка окончена: отправлено {People} из {People}");
        var copies = telegram.Sent.Where(m => m.Plain == "📣 Всем привет").CountBy(m => m.Chat).Select(c => c.Value).Order().ToList();
        Assert.Equal([.. Enumerable.Repeat(1, People - 1), 2], copies);
        Assert.Equal(0, await CellwayProgram.InterruptAsync(next));
    }

    public void Dispose() => _home.Dispose();

    private static async Task AdmitAsync(FakeTelegram telegram)
    {
        for (var person = First; person < First + People; person++)
        {
            await telegram.SayAsync(person, "/request a");
            await telegram.SayAsync(person, $"Гость {person}");
            await telegram.SayAsync(person, "Слово");
            await telegram.UntilAsync(() => telegram.ChatWith(BotHome.Olga) is [.., var last] && last.Plain.Contains($"Гость {person}", StringComparison.Ordinal), "the operator hears of it", TestContext.Current.CancellationToken);
            await telegram.PressAsync(BotHome.Olga, "✅ Одобрить");
            await telegram.UntilAsync(() => telegram.SentTo(person).Any(m => m.Plain.Contains("открыли доступ", StringComparison.Ordinal)), "they are told", TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Looks at the broadcast until it reads so.</summary>
    private static async Task UntilShownAsync(FakeTelegram telegram, string text)
    {
        var token = TestContext.Current.CancellationToken;
        for (var limit = Stopwatch.StartNew(); ; await Task.Delay(TimeSpan.FromMilliseconds(200), token))
        {
            var shown = telegram.ChatWith(BotHome.Olga).Last(m => m.Plain.Contains("Рассылка ", StringComparison.Ordinal));
            if (shown.Plain.Contains(text, StringComparison.Ordinal))
            {
                return;
            }

            Assert.True(limit.Elapsed < TimeSpan.FromMinutes(2), $"“{text}” was not to be read, but {shown.Plain}");
            if (telegram.Pending == 0 && shown.Button("🔄 Обновить") is { Data: { } refresh })
            {
                telegram.PressData(BotHome.Olga, shown, refresh);
            }
        }
    }
}
