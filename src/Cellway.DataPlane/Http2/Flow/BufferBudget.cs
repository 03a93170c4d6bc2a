namespace Cellway.DataPlane.Http2.Flow;

/// <summary>The memory all connections of a process may hold in queues towards slow receivers. One instance shared by all of them.</summary>
/// <param name="limit">Bytes. Above half of it no receive window grows; above it the stream that wants to queue is reset.</param>
internal sealed class BufferBudget(long limit)
{
    private long _used;

    /// <summary>Bytes queued now.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Whether windows may still grow.</summary>
    public bool MayGrow => Used < limit / 2;

    /// <summary>Takes <paramref name="bytes"/>; false, taking nothing, when that would pass the limit.</summary>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= limit)
        {
            return true;
        }

        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(int bytes) => Interlocked.Add(ref _used, -bytes);
}
