namespace Cellway.DataPlane.Relay;

/// <summary>What one device uses of a server: its bytes, its sessions, its rate.</summary>
/// <param name="limits">What it may use; <see cref="Limit"/> changes that.</param>
/// <param name="traffic">Counts its bytes.</param>
/// <param name="time">The clock.</param>
internal sealed class DeviceUse(DeviceLimits limits, IByteCounter traffic, TimeProvider time)
{
    private volatile DeviceLimits _limits = limits;
    private volatile Pace? _pace = Pace.Of(limits, time);
    private int _sessions;

    public DeviceUse(DeviceLimits limits, TimeProvider time)
        : this(limits, new ByteCounter(), time)
    {
    }

    /// <summary>Whether the rate is limited.</summary>
    public bool IsPaced => _pace is not null;

    public IByteCounter Traffic => traffic;

    /// <summary>Sets new limits. Sessions that are open stay, however many.</summary>
    public void Limit(DeviceLimits wanted)
    {
        if (wanted.BytesPerSecond != _limits.BytesPerSecond)
        {
            _pace = Pace.Of(wanted, time);
        }

        _limits = wanted;
    }

    /// <summary>Counts a session in. Every <see langword="true"/> must be followed by one <see cref="Close"/>.</summary>
    public bool TryOpen()
    {
        var open = Interlocked.Increment(ref _sessions);
        if (_limits.Sessions is not { } most || open <= most)
        {
            return true;
        }

        Interlocked.Decrement(ref _sessions);
        return false;
    }

    /// <summary>Counts a session out.</summary>
    public void Close() => Interlocked.Decrement(ref _sessions);

    /// <summary>Waits as long as bytes sent to destinations ask for; costs nothing without a limit.</summary>
    public ValueTask PaceUpAsync(long bytes, CancellationToken cancellationToken) => _pace?.Up.TakeAsync(bytes, cancellationToken) ?? default;

    /// <summary>Waits as long as bytes sent to the client ask for; costs nothing without a limit.</summary>
    public ValueTask PaceDownAsync(long bytes, CancellationToken cancellationToken) => _pace?.Down.TakeAsync(bytes, cancellationToken) ?? default;

    private sealed record Pace(TokenBucket Up, TokenBucket Down)
    {
        public static Pace? Of(DeviceLimits limits, TimeProvider time) =>
            limits.BytesPerSecond is { } rate ? new(new(rate, time), new(rate, time)) : null;
    }
}
