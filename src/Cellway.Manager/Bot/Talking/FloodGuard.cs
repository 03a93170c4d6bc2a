using System.Collections.Concurrent;

namespace Cellway.Manager.Bot.Talking;

/// <summary>How much one person may ask: a few things at once, then one a second. Whoever goes on is told so once, and then not heard for a while.</summary>
internal sealed class FloodGuard(BotOptions options, TimeProvider time)
{
    private const int MaxRemembered = 100_000;
    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Deaf = TimeSpan.FromSeconds(30);

    private readonly int _burst = options.Burst;
    private readonly ConcurrentDictionary<string, (double Left, long At, long DeafUntil)> _people = new(StringComparer.Ordinal);

    public enum Verdict
    {
        Heard = 1,
        Warned = 2,
        Ignored = 3,
    }

    public Verdict Judge(string person)
    {
        var now = time.GetTimestamp();
        if (_people.Count > MaxRemembered)
        {
            _people.Clear(); // whoever was deaf to is heard again: that costs less than remembering a flood
        }

        var verdict = Verdict.Heard;
        _people.AddOrUpdate(person, _ => (_burst - 1, now, long.MinValue), (_, before) =>
        {
            var left = Math.Min(_burst, before.Left + (time.GetElapsedTime(before.At, now) / Refill));
            if (now < before.DeafUntil)
            {
                verdict = Verdict.Ignored;
                return (left, now, before.DeafUntil);
            }

            verdict = left >= 1 ? Verdict.Heard : Verdict.Warned;
            return left >= 1 ? (left - 1, now, long.MinValue) : (_burst / 2, now, now + (long)(Deaf.TotalSeconds * time.TimestampFrequency));
        });
        return verdict;
    }
}
