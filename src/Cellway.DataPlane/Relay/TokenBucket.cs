namespace Cellway.DataPlane.Relay;

/// <summary>Limits a rate by making those who moved bytes wait afterwards, so that a piece may be bigger than the bucket.</summary>
internal sealed class TokenBucket
{
    // Short enough to feel like a steady line, long enough that a timer per piece is not needed.
    private const double BurstSeconds = 0.25;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly double _perSecond;
    private double _tokens;
    private long _filled;

    /// <param name="bytesPerSecond">At least 1.</param>
    /// <param name="time">The clock.</param>
    public TokenBucket(long bytesPerSecond, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytesPerSecond);
        _time = time;
        _perSecond = bytesPerSecond;
        _tokens = Burst;
        _filled = time.GetTimestamp();
    }

    private double Burst => _perSecond * BurstSeconds;

    /// <summary>Takes that many tokens and waits until they have been there.</summary>
    public ValueTask TakeAsync(long bytes, CancellationToken cancellationToken)
    {
        double missing;
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            _tokens = Math.Min(Burst, _tokens + (_time.GetElapsedTime(_filled, now).TotalSeconds * _perSecond)) - bytes;
            _filled = now;
            missing = -_tokens;
        }

        return missing <= 0 ? ValueTask.CompletedTask : new(Task.Delay(TimeSpan.FromSeconds(missing / _perSecond), _time, cancellationToken));
    }
}
