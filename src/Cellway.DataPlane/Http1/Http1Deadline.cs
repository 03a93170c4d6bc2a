namespace Cellway.DataPlane.Http1;

/// <summary>One timer for all the waits of a connection, of which there is one at a time.</summary>
internal sealed class Http1Deadline(TimeProvider time) : IDisposable
{
    private CancellationTokenSource _timer = new(Timeout.InfiniteTimeSpan, time);
    private CancellationTokenRegistration _stop;

    /// <summary>Fires when the time is up or the server stops.</summary>
    public CancellationToken Token => _timer.Token;

    /// <summary>Starts the next wait.</summary>
    public void Start(TimeSpan limit, CancellationToken stop)
    {
        _stop.Dispose();
        if (!_timer.TryReset())
        {
            _timer.Dispose();
            _timer = new(Timeout.InfiniteTimeSpan, time);
        }

        _timer.CancelAfter(limit > TimeSpan.Zero ? limit : TimeSpan.Zero);
        _stop = stop.UnsafeRegister(static timer => ((CancellationTokenSource)timer!).Cancel(), _timer);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        _timer.Dispose();
    }
}
