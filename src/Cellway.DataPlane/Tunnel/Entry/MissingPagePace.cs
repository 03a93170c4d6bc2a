namespace Cellway.DataPlane.Tunnel.Entry;

/// <summary>When pages that do not exist are answered: as long after the request as a subscription that does not exist would be, so that time does not tell where subscriptions are.</summary>
/// <remarks>
/// A wrong token takes as long as management takes to say so. Every other page takes as long as one of the last such lookups did,
/// any one of them. Both leave on a grid that is coarser than what a timer adds.
/// </remarks>
internal sealed class MissingPagePace(TimeProvider time)
{
    private const int Kept = 64;
    private static readonly TimeSpan s_grid = TimeSpan.FromMilliseconds(5);

    /// <summary>What management never takes but when it is ill, and what a page need not imitate.</summary>
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(2);

    private readonly TimeSpan[] _last = new TimeSpan[Kept];
    private readonly Lock _lock = new();
    private int _count;

    /// <summary>Keeps how long a lookup took that found nothing.</summary>
    public void Note(TimeSpan lookup)
    {
        lock (_lock)
        {
            _last[_count++ % Kept] = lookup < s_most ? lookup : s_most;
        }
    }

    /// <summary>Waits until the page may leave.</summary>
    /// <param name="since">When the request came, in the clock's ticks.</param>
    /// <param name="lookup">How long its own lookup took; <see langword="null"/> when there was none.</param>
    /// <param name="cancellationToken">The client is gone.</param>
    public Task WaitAsync(long since, TimeSpan? lookup, CancellationToken cancellationToken)
    {
        var pretended = lookup ?? AnyOfLast();
        if (pretended is not { } duration)
        {
            return Task.CompletedTask; // nothing is known yet, so there is nothing to tell apart from
        }

        var leaves = s_grid * (Math.Floor(duration / s_grid) + 1);
        var wait = leaves - time.GetElapsedTime(since);
        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }

    private TimeSpan? AnyOfLast()
    {
        lock (_lock)
        {
            return _count == 0 ? null : _last[Random.Shared.Next(Math.Min(_count, Kept))];
        }
    }
}
