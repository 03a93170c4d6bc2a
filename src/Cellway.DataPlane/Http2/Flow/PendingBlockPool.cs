namespace Cellway.DataPlane.Http2.Flow;

/// <summary>Links of one size that nobody needs now.</summary>
/// <remarks>
/// The shared array pool holds only 32 arrays of a size per core, a fraction of one megabyte-window, and every miss ends as a
/// garbage collection.
/// </remarks>
internal sealed class PendingBlockPool(int size, int limit)
{
    private readonly Lock _gate = new();
    private PendingBlock? _first;
    private int _count;
    private int _leastCount; // since the last trim

    public PendingBlock Rent()
    {
        lock (_gate)
        {
            if (_first is { } block)
            {
                _first = block.Next;
                _leastCount = Math.Min(_leastCount, --_count);
                block.Next = null;
                block.Start = block.End = block.Owed = 0;
                return block;
            }
        }

        return new(size);
    }

    public void Return(PendingBlock block)
    {
        lock (_gate)
        {
            if (_count < limit)
            {
                block.Next = _first;
                _first = block;
                _count++;
            }
        }
    }

    /// <summary>Lets go of a part of what nobody needed since the last call. Called every second, so half is gone after 45: traffic comes in bursts.</summary>
    public void Trim()
    {
        lock (_gate)
        {
            for (var surplus = (_leastCount + 63) / 64; surplus > 0; surplus--)
            {
                _first = _first!.Next;
                _count--;
            }

            _leastCount = _count;
        }
    }
}
