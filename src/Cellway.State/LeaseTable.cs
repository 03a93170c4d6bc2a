namespace Cellway.State;

/// <summary>When each lease ends. Kept in memory only: after a restart every lease has its full time to live again, as in etcd after a change of leader.</summary>
internal sealed class LeaseTable(TimeProvider time)
{
    /// <summary>How often a store looks for ended leases.</summary>
    public static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Lease> _leases = [];

    // No lease ends before this timestamp. Renewals leave it too early, which costs one scan and no expiry.
    private long _earliest = long.MaxValue;

    public bool AnyExpired
    {
        get
        {
            lock (_gate)
            {
                var now = time.GetTimestamp();
                return now >= _earliest && _leases.Values.Any(l => l.Deadline <= now);
            }
        }
    }

    public void Add(long id, int seconds)
    {
        lock (_gate)
        {
            Set(id, seconds, time.GetTimestamp() + (seconds * time.TimestampFrequency));
        }
    }

    public bool Contains(long id)
    {
        lock (_gate)
        {
            return _leases.ContainsKey(id);
        }
    }

    public bool Remove(long id)
    {
        lock (_gate)
        {
            return _leases.Remove(id);
        }
    }

    /// <returns><see langword="false"/> for a lease that is unknown, or whose time has passed even if nobody took it out yet.</returns>
    public bool Renew(long id)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (!_leases.TryGetValue(id, out var lease) || lease.Deadline <= now)
            {
                return false;
            }

            _leases[id] = lease with { Deadline = now + (lease.Seconds * time.TimestampFrequency) };
            return true;
        }
    }

    /// <summary>Removes and returns the leases whose time has passed, those that ended first first.</summary>
    public IReadOnlyList<long> TakeExpired()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (now < _earliest)
            {
                return [];
            }

            long[] expired = [.. _leases.Where(l => l.Value.Deadline <= now).OrderBy(l => l.Value.Deadline).ThenBy(l => l.Key).Select(l => l.Key)];
            foreach (var id in expired)
            {
                _leases.Remove(id);
            }

            _earliest = _leases.Count == 0 ? long.MaxValue : _leases.Values.Min(l => l.Deadline);
            return expired;
        }
    }

    /// <summary>After a failed write: exactly the leases on disk. One that was already taken out here ends at the next sweep.</summary>
    public void Restore(IReadOnlyDictionary<long, int> persisted)
    {
        lock (_gate)
        {
            foreach (var id in _leases.Keys.Where(id => !persisted.ContainsKey(id)).ToArray())
            {
                _leases.Remove(id);
            }

            foreach (var (id, seconds) in persisted.Where(p => !_leases.ContainsKey(p.Key)))
            {
                Set(id, seconds, time.GetTimestamp());
            }
        }
    }

    private void Set(long id, int seconds, long deadline)
    {
        _leases[id] = new(seconds, deadline);
        _earliest = Math.Min(_earliest, deadline);
    }

    private readonly record struct Lease(int Seconds, long Deadline);
}
