using System.Threading.Tasks.Sources;

namespace Cellway.DataPlane.Relay;

/// <summary>Wakes one waiter, or the next one that comes; without an allocation per wait.</summary>
/// <param name="elsewhere">
/// Whether the waiter continues on the thread pool. Otherwise it does so inside <see cref="Set"/>, on its thread.
/// </param>
internal sealed class AutoResetSignal(bool elsewhere = false) : IValueTaskSource, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Signaled = 2;

    private ManualResetValueTaskSourceCore<bool> _source;
    private int _state;

    /// <summary>Waits for the next signal. One waiter at a time.</summary>
    public ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Signaled) == Signaled)
        {
            return default;
        }

        _source.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle)
        {
            return new(this, _source.Version);
        }

        Volatile.Write(ref _state, Idle); // signaled in between
        return default;
    }

    /// <summary>Signals.</summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref _state, Signaled) == Waiting)
        {
            Volatile.Write(ref _state, Idle);
            if (elsewhere)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
            }
            else
            {
                _source.SetResult(true);
            }
        }
    }

    void IThreadPoolWorkItem.Execute() => _source.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
