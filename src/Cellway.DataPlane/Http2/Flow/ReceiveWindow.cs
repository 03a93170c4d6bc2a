namespace Cellway.DataPlane.Http2.Flow;

/// <summary>What the peer may still send on one stream, and how that grows with the bandwidth-delay product.</summary>
/// <remarks>
/// Growth needs the round trip (from SETTINGS to its ACK, or a client's PING; a server sends none, as nginx does not): when
/// the bytes that left per round trip pass half the window, the window doubles. So it ends between two and four times the
/// product, and a flow whose sink is slow, not far, never grows.
/// </remarks>
internal struct ReceiveWindow(int size)
{
    private int _available = size;
    private int _credit;
    private long _epochStart;
    private long _epochBytes;

    /// <summary>The window the peer sees when everything has left, in bytes.</summary>
    public int Size { get; private set; } = size;

    /// <summary>Takes <paramref name="bytes"/> from the window; false when the peer sent more than it may. Without a lock: reader only.</summary>
    public bool TryTake(int bytes) => Interlocked.Add(ref _available, -bytes) >= 0;

    /// <summary>Notes that bytes have left.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="mayGrow">Memory allows a larger window.</param>
    /// <param name="maxSize">Bound of the growth.</param>
    /// <param name="roundTrip">The connection's round trip in clock ticks, 0 when unknown.</param>
    /// <param name="now">The clock in the same ticks.</param>
    /// <returns>The increment to announce now, or 0.</returns>
    public int Return(int bytes, bool mayGrow, int maxSize, long roundTrip, Func<long> now)
    {
        _credit += bytes;
        if (_credit < Size / 4)
        {
            return 0;
        }

        _epochBytes += _credit;
        if (roundTrip > 0 && Size < maxSize)
        {
            var time = now();
            if (mayGrow && _epochStart != 0 && (double)_epochBytes * roundTrip > (double)(Size / 2) * (time - _epochStart))
            {
                var grown = (int)Math.Min(maxSize, Size * 2L);
                _credit += grown - Size;
                Size = grown;
            }

            _epochStart = time;
            _epochBytes = 0;
        }

        return Announce();
    }

    /// <summary>Makes the window at least <paramref name="window"/>.</summary>
    /// <returns>The increment to announce now, or 0.</returns>
    public int Raise(int window)
    {
        if (window <= Size)
        {
            return 0;
        }

        _credit += window - Size;
        Size = window;
        return Announce();
    }

    private int Announce()
    {
        var increment = _credit;
        _credit = 0;
        Interlocked.Add(ref _available, increment);
        return increment;
    }
}
