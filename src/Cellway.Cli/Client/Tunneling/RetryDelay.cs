namespace Cellway.Cli.Client.Tunneling;

/// <summary>How long to wait before reading the subscription again: 5 s, doubled each time, 5 minutes at most. Not thread-safe.</summary>
internal sealed class RetryDelay(TimeProvider time)
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);

    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;
    private int _attempts;

    /// <summary>Whether another attempt may begin.</summary>
    public bool IsOver => time.GetUtcNow() >= _notBefore;

    /// <summary>An attempt begins.</summary>
    public void Attempted()
    {
        var delay = s_first * Math.Pow(2, Math.Min(_attempts++, 10));
        _notBefore = time.GetUtcNow() + (delay < s_longest ? delay : s_longest);
    }

    /// <summary>All is well: the next attempt need not wait.</summary>
    public void Reset()
    {
        _notBefore = DateTimeOffset.MinValue;
        _attempts = 0;
    }
}
