using System.Collections.Concurrent;

namespace Cellway.DataPlane.Relay;

/// <summary>The authenticated sessions of one server: counts them, and cuts those that are silent too long.</summary>
internal sealed class SessionTable : IDisposable
{
    private static readonly TimeSpan s_sweepEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Session, byte> _sessions = new();
    private readonly ITimer _sweep;
    private int _active;
    private long _total;

    public SessionTable(TimeProvider time)
    {
        Time = time;
        _sweep = time.CreateTimer(static table => ((SessionTable)table!).CutWhere(s => s.IsExpired), this, s_sweepEvery, s_sweepEvery);
    }

    public TimeProvider Time { get; }

    public ByteCounter Bytes { get; } = new();

    public int Active => Volatile.Read(ref _active);

    public long Total => Interlocked.Read(ref _total);

    public Session Open(object owner, TimeSpan idleLimit, IByteCounter? route, CancellationToken aborted)
    {
        var session = new Session(this, owner, idleLimit, route, aborted);
        _sessions[session] = 0;
        Interlocked.Increment(ref _active);
        Interlocked.Increment(ref _total);
        return session;
    }

    public void CutWhere(Func<Session, bool> condition)
    {
        foreach (var (session, _) in _sessions)
        {
            if (condition(session))
            {
                session.Cut();
            }
        }
    }

    public void Dispose()
    {
        _sweep.Dispose();
        CutWhere(static _ => true);
    }

    internal void Remove(Session session)
    {
        if (_sessions.TryRemove(session, out _))
        {
            Interlocked.Decrement(ref _active);
        }
    }
}
