using Cellway.Testing.Telegram;

namespace Cellway.EndToEndTests;

/// <summary>People who write and press, and wait for their answer.</summary>
internal static class TelegramPeople
{
    public static Task<FakeMessage> SayAsync(this FakeTelegram telegram, long person, string text) => AfterAsync(telegram, person, () => telegram.Write(person, text), text);

    public static Task<FakeMessage> PressAsync(this FakeTelegram telegram, long person, string label) => AfterAsync(telegram, person, () => telegram.Press(person, label), label);

    private static async Task<FakeMessage> AfterAsync(FakeTelegram telegram, long person, Action act, string what)
    {
        var before = telegram.SentTo(person).Count;
        act();
        await telegram.UntilAsync(() => telegram.SentTo(person).Count > before, what, TestContext.Current.CancellationToken);
        return telegram.SentTo(person)[before];
    }
}
