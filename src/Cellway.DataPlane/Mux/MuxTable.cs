namespace Cellway.DataPlane.Mux;

/// <summary>The sessions of one main connection by number, and which numbers the client was told an end of.</summary>
internal sealed class MuxTable(int limit)
{
    private const int MaxRemembered = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<ushort, IMuxSession> _open = [];
    private readonly HashSet<ushort> _ended = []; // told, while the client's frames for them may still be under way
    private readonly List<Task> _running = [];
    private int _count;

    /// <summary>Whether no session runs, and none is still sending its last bytes.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _count == 0;
            }
        }
    }

    /// <summary>Whether there is room for one more.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_lock)
            {
                return _count < limit;
            }
        }
    }

    public IMuxSession? Find(ushort number)
    {
        lock (_lock)
        {
            return _open.GetValueOrDefault(number);
        }
    }

    /// <summary>Enters a session; one that had the number before ends.</summary>
    /// <param name="number">The session's number.</param>
    /// <param name="session">The session.</param>
    /// <param name="run">Starts running it.</param>
    public void Add(ushort number, IMuxSession session, Func<Task> run)
    {
        Take(number)?.End();
        lock (_lock)
        {
            _open[number] = session;
            _ended.Remove(number);
            _count++;
            _running.RemoveAll(t => t.IsCompleted);
            _running.Add(run());
        }
    }

    /// <summary>Removes the session that the client has ended.</summary>
    public IMuxSession? Take(ushort number)
    {
        lock (_lock)
        {
            _ended.Remove(number);
            return _open.Remove(number, out var session) ? session : null;
        }
    }

    /// <summary>Removes a session that has ended by itself.</summary>
    /// <returns>Whether the client has not ended it before.</returns>
    public bool Remove(ushort number, IMuxSession session)
    {
        lock (_lock)
        {
            _count--;
            return _open.GetValueOrDefault(number) == session && _open.Remove(number);
        }
    }

    /// <summary>Remembers that the client is told of an end.</summary>
    /// <returns><see langword="false"/> when it was told already: there is one End per session.</returns>
    public bool MarkEnded(ushort number)
    {
        lock (_lock)
        {
            if (_ended.Count >= MaxRemembered)
            {
                _ended.Clear();
            }

            return _ended.Add(number);
        }
    }

    public IMuxSession[] All()
    {
        lock (_lock)
        {
            return [.. _open.Values];
        }
    }

    /// <summary>Ends with the last of the sessions that run now.</summary>
    public Task WhenAllEnded()
    {
        lock (_lock)
        {
            return Task.WhenAll(_running);
        }
    }
}
