namespace Cellway.DataPlane.Http2;

/// <summary>Counts what a peer makes us do for nothing.</summary>
/// <remarks>
/// Overhead against payload is nginx's own measure (frames without payload may be at most eight times the payload, after an
/// allowance of 8 MB), so a PING per round trip beside data never comes near it. Reader only, but for the reset of the second.
/// </remarks>
internal sealed class FloodGuard(Http2Options options)
{
    private long _total;
    private long _payload;
    private int _resets;
    private int _opened;

    /// <summary>Notes a frame.</summary>
    /// <param name="length">Its whole length, and that of the answer it makes us send.</param>
    /// <param name="payload">The part that serves somebody: data and header fields.</param>
    /// <returns>False when it is a flood.</returns>
    public bool Frame(int length, int payload)
    {
        _total += length;
        _payload += payload;
        return _total / 8 <= _payload + options.FloodAllowance;
    }

    /// <summary>Notes a stream that the peer reset while it was open; false when that is a flood.</summary>
    public bool StreamReset() => Interlocked.Increment(ref _resets) <= options.MaxResetsPerSecond;

    /// <summary>Notes a stream opened in this turn; false above twice the limit of concurrent ones, which only resets make possible.</summary>
    public bool StreamOpened(long maxConcurrent) => ++_opened <= Math.Max(2 * maxConcurrent, 2);

    /// <summary>A reader turn begins.</summary>
    public void BeginTurn() => _opened = 0;

    /// <summary>A second has passed.</summary>
    public void Tick() => Volatile.Write(ref _resets, 0);
}
