namespace Cellway.DataPlane.Relay;

/// <summary>What one device uses of a server: its bytes, its sessions, its rate.</summary>
internal sealed class DeviceUse(DeviceLimits limits, TimeProvider time)
{
    private readonly TokenBucket? _up = limits.BytesPerSecond is { } rate ? new(rate, time) : null;
    private readonly TokenBucket? _down = limits.BytesPerSecond is { } rate ? new(rate, time) : null;
    private int _sessions;

    /// <summary>Whether the rate is limited.</summary>
    public bool IsPaced => _up is not null;

    public ByteCounter Traffic { get; } = new();

    /// <summary>Counts a session in. Every <see langword="true"/> must be followed by one <see cref="Close"/>.</summary>
    public bool TryOpen()
    {
        if (limits.Sessions is not { } most)
        {
            return true;
        }

        if (Interlocked.Increment(ref _sessions) <= most)
        {
            return true;
        }

        Interlocked.Decrement(ref _sessions);
        return false;
    }

    /// <summary>Counts a session out.</summary>
    public void Close()
    {
        if (limits.Sessions is not null)
        {
            Interlocked.Decrement(ref _sessions);
        }
    }

    /// <summary>Waits as long as bytes sent to destinations ask for; costs nothing without a limit.</summary>
    public ValueTask PaceUpAsync(long bytes, CancellationToken cancellationToken) => _up?.TakeAsync(bytes, cancellationToken) ?? default;

    /// <summary>Waits as long as bytes sent to the client ask for; costs nothing without a limit.</summary>
    public ValueTask PaceDownAsync(long bytes, CancellationToken cancellationToken) => _down?.TakeAsync(bytes, cancellationToken) ?? default;
}
