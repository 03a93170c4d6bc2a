namespace Cellway.DataPlane.Http2.Flow;

/// <summary>The connection's round trip, from SETTINGS to ACK and, for clients, from PING to ACK: the smallest sample.</summary>
/// <remarks>A sample under load includes our own queues. If it could raise the estimate, larger windows would justify still larger ones.</remarks>
internal sealed class RoundTripEstimate
{
    private long _ticks;

    /// <summary>In clock ticks; 0 before the first sample.</summary>
    public long Ticks => Volatile.Read(ref _ticks);

    /// <summary>Adds a sample. Called by the reader only.</summary>
    public void Add(long sample)
    {
        var old = _ticks;
        sample = Math.Max(1, sample);
        Volatile.Write(ref _ticks, old == 0 ? sample : Math.Min(old, sample));
    }
}
