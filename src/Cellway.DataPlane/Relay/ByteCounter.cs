namespace Cellway.DataPlane.Relay;

/// <summary>Counts in memory.</summary>
internal sealed class ByteCounter : IByteCounter
{
    private long _up;
    private long _down;

    public long Up => Interlocked.Read(ref _up);

    public long Down => Interlocked.Read(ref _down);

    public void AddUp(long bytes) => Interlocked.Add(ref _up, bytes);

    public void AddDown(long bytes) => Interlocked.Add(ref _down, bytes);
}
