namespace Cellway.DataPlane.Tunnel.Hosting;

/// <summary>An immutable value that is replaced as a whole. Whoever asks before there is a first one waits for it.</summary>
internal sealed class Swapped<T>
    where T : class
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _value;

    /// <summary>The newest value.</summary>
    /// <exception cref="InvalidOperationException">There is none yet.</exception>
    public T Value => Volatile.Read(ref _value) ?? throw new InvalidOperationException("Nothing has been applied yet.");

    public async ValueTask<T> GetAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _value) is { } value)
        {
            return value;
        }

        await _first.Task.WaitAsync(cancellationToken);
        return Value;
    }

    public void Set(T value)
    {
        Volatile.Write(ref _value, value);
        _first.TrySetResult();
    }
}
