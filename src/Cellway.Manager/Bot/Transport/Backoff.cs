namespace Cellway.Manager.Bot.Transport;

/// <summary>How long to wait after failures in a row: longer and longer, and never all at the same moment.</summary>
internal static class Backoff
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(60);

    public static TimeSpan After(int failures) =>
        Least + (Random.Shared.NextDouble() * TimeSpan.FromSeconds(Math.Min(Most.TotalSeconds, Math.Pow(2, Math.Min(failures, 10)) / 2)));
}
