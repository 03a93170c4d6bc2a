using Cellway.Manager.Bot.Keeping;
using Cellway.Manager.Bot.Talking;
using Cellway.Model.Bot;

namespace Cellway.Manager.Bot.Dialogues.Users;

/// <summary>What was written in a conversation with the operators.</summary>
internal static class ThreadLines
{
    public const int MaxLength = 2000;

    private const int MaxLines = 20;

    public static BotThreadRecord Add(Visit visit, BotThreadRecord thread, string? by, string text)
    {
        IReadOnlyList<ThreadLine> lines = [.. Of(visit, thread).TakeLast(MaxLines - 1), new(visit.Now, by, text)];
        return thread with { At = visit.Now, Words = visit.Desk.Seals.Seal(lines, BotJson.Default.IReadOnlyListThreadLine) };
    }

    /// <summary>The newest ones that a message has room for, in their order.</summary>
    public static IEnumerable<string> Show(Visit visit, BotThreadRecord thread)
    {
        var room = 3000;
        return Of(visit, thread).Reverse().TakeWhile(l => (room -= l.Text.Length + 40) > 0)
            .Select(l => visit.Say(l.By is null ? "support.line.person" : "support.line.operator", ("by", l.By ?? ""), ("at", visit.Texts.Time(l.At)), ("text", l.Text)))
            .Reverse();
    }

    private static IReadOnlyList<ThreadLine> Of(Visit visit, BotThreadRecord thread) =>
        thread.Words.Length == 0 ? [] : visit.Desk.Seals.Open(thread.Words, BotJson.Default.IReadOnlyListThreadLine);
}
