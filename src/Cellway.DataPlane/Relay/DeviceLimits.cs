namespace Cellway.DataPlane.Relay;

/// <summary>How much of a Core one device may use at once.</summary>
public sealed record DeviceLimits
{
    /// <summary>No limits.</summary>
    public static DeviceLimits None { get; } = new();

    /// <summary>The most sessions at once: streams, UDP associations, and those inside mux connections. Default none.</summary>
    public int? Sessions { get; init; }

    /// <summary>The most bytes per second in each direction, over all sessions. Default none.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>The stricter of both, each by each.</summary>
    public DeviceLimits And(DeviceLimits other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new()
        {
            Sessions = Sessions is { } own && other.Sessions is { } their ? Math.Min(own, their) : Sessions ?? other.Sessions,
            BytesPerSecond = BytesPerSecond is { } mine && other.BytesPerSecond is { } theirs ? Math.Min(mine, theirs) : BytesPerSecond ?? other.BytesPerSecond,
        };
    }
}
