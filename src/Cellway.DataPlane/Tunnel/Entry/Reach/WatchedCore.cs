using Cellway.Model.Health;

namespace Cellway.DataPlane.Tunnel.Entry.Reach;

/// <summary>One Core on the board.</summary>
internal sealed class WatchedCore(CoreKey key, CoreRoute route, int inARow, long now)
{
    private readonly Lock _lock = new();
    private readonly ReachJudge _judge = new(inARow);
    private long _since = now;
    private long _usedAt = now;
    private volatile CoreRoute _route = route;
    private volatile bool _inDoubt;
    private volatile bool _carriesNothing;

    public CoreKey Key { get; } = key;

    /// <summary>How it is asked now.</summary>
    public CoreRoute Route
    {
        get => _route;
        set => _route = value;
    }

    /// <summary>When a session last went there.</summary>
    public long UsedAt
    {
        get => Volatile.Read(ref _usedAt);
        set => Volatile.Write(ref _usedAt, value);
    }

    /// <summary>Something went wrong, and no try has shown since whether that was the Core.</summary>
    public bool IsInDoubt
    {
        get => _inDoubt;
        set => _inDoubt = value;
    }

    public bool CarriesNothing => _carriesNothing;

    /// <summary>When the last try ended; 0: none has. One try at a time writes it.</summary>
    public long TriedAt { get; set; }

    /// <summary>When the last one with enough bytes did.</summary>
    public long FullAt { get; set; }

    /// <summary>How long its connections may be silent until the next one.</summary>
    public TimeSpan Pause { get; set; }

    public CoreFinding? Finding(TimeProvider time)
    {
        lock (_lock)
        {
            return _judge.Reach is { } reach ? new(Key.CoreId, Key.ExitDomain, reach, time.GetElapsedTime(_since), _judge.Milliseconds) : null;
        }
    }

    /// <returns>Whether the verdict is another one now.</returns>
    public bool Note(CoreReach seen, int milliseconds, TimeProvider time)
    {
        lock (_lock)
        {
            if (!_judge.Note(seen, milliseconds))
            {
                return false;
            }

            _since = time.GetTimestamp();
            _carriesNothing = _judge.CarriesNothing;
            return true;
        }
    }

    /// <summary>A session got through: that says as much as a first try, and nothing about one that failed since.</summary>
    public bool NoteTaken(TimeProvider time)
    {
        lock (_lock)
        {
            return _judge.Reach is null && Note(CoreReach.Reachable, 0, time);
        }
    }
}
