namespace Cellway.DataPlane.Relay;

/// <summary>One authenticated tunnel, as the table of its server sees it.</summary>
internal sealed class Session : IDisposable
{
    private readonly SessionTable _table;
    private readonly CancellationTokenSource _cut;
    private readonly IdleClock _clock;
    private readonly IByteCounter? _route;
    private long _limitTicks;

    internal Session(SessionTable table, object owner, TimeSpan idleLimit, IByteCounter? route, CancellationToken aborted)
    {
        _table = table;
        Owner = owner;
        _route = route;
        _clock = new(table.Time);
        _limitTicks = idleLimit.Ticks;
        _cut = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        Stop = _cut.Token; // kept, so that asking for it after the end is no error
    }

    /// <summary>What decides whether the session is cut when the face of its server changes.</summary>
    public object Owner { get; }

    /// <summary>Fires when the session must end now: client gone, silence, revocation, shutdown.</summary>
    public CancellationToken Stop { get; }

    internal bool IsExpired => _clock.IdleFor.Ticks > Volatile.Read(ref _limitTicks);

    public void MovedUp(long bytes)
    {
        _clock.Touch();
        _table.Bytes.AddUp(bytes);
        _route?.AddUp(bytes);
    }

    public void MovedDown(long bytes)
    {
        _clock.Touch();
        _table.Bytes.AddDown(bytes);
        _route?.AddDown(bytes);
    }

    /// <summary>From now on the session may be silent that long only.</summary>
    public void LimitSilence(TimeSpan limit)
    {
        _clock.Touch();
        Volatile.Write(ref _limitTicks, limit.Ticks);
    }

    /// <summary>Ends it. Never throws; may be called at any time.</summary>
    public void Cut()
    {
        try
        {
            _cut.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // it ended by itself in the meantime
        }
    }

    public void Dispose()
    {
        _table.Remove(this);
        _cut.Dispose();
    }
}
