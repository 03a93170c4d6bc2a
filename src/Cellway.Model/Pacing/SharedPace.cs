namespace Cellway.Model.Pacing;

/// <summary>How often each of very many may do something: a burst, then one at a time. Thread-safe; never grows.</summary>
/// <remarks>
/// Buckets are shared by hash, 8 bytes each. A caller gives hashes that are keyed by the process, so that nobody can choose whose bucket he empties.
/// A bucket is only the time at which it is full again (the "generic cell rate algorithm").
/// </remarks>
public sealed class SharedPace
{
    private readonly long[] _fullAt; // in the clock's ticks
    private readonly long _each;
    private readonly long _burst;
    private readonly TimeProvider _time;

    /// <summary>With every bucket full.</summary>
    /// <param name="buckets">How many; many more than are busy at one time.</param>
    /// <param name="burst">How often at once.</param>
    /// <param name="each">Then once in this time.</param>
    /// <param name="time">The clock.</param>
    public SharedPace(int buckets, int burst, TimeSpan each, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _fullAt = new long[buckets];
        _each = (long)(each.TotalSeconds * time.TimestampFrequency);
        _burst = burst * _each;
        _time = time;
    }

    /// <summary>Whether it may be done now; if so, it counts.</summary>
    /// <param name="hash">Of who does it, keyed by the process.</param>
    public bool TryTake(int hash)
    {
        ref var slot = ref _fullAt[(uint)hash % _fullAt.Length];
        var now = _time.GetTimestamp();
        while (true)
        {
            var before = Volatile.Read(ref slot);
            var after = Math.Max(before, now) + _each;
            if (after - now > _burst)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref slot, after, before) == before)
            {
                return true;
            }
        }
    }
}
