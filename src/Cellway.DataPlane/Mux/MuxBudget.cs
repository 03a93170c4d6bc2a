namespace Cellway.DataPlane.Mux;

/// <summary>
/// Bounds what a main connection holds for destinations that are slower than the client. Mux.Cool has no windows, so a full one can only
/// stop the whole connection.
/// </summary>
internal sealed class MuxBudget(int limit)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _room;
    private long _used;

    public void Take(int bytes)
    {
        lock (_lock)
        {
            _used += bytes;
        }
    }

    public void Give(int bytes)
    {
        TaskCompletionSource? room = null;
        lock (_lock)
        {
            _used -= bytes;
            if (_used <= limit)
            {
                (room, _room) = (_room, null);
            }
        }

        room?.SetResult();
    }

    /// <summary>Waits until no more than the limit is held.</summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_used <= limit)
            {
                return default;
            }

            _room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(_room.Task.WaitAsync(cancellationToken));
        }
    }
}
