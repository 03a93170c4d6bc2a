namespace Cellway.DataPlane.Relay;

/// <summary>When a session last moved bytes. Written by both directions, read by one sweep.</summary>
/// <remarks>A timestamp and one sweep per server, instead of a timer that every read would have to re-arm.</remarks>
internal sealed class IdleClock(TimeProvider time)
{
    private long _touched = time.GetTimestamp();

    public TimeSpan IdleFor => time.GetElapsedTime(Volatile.Read(ref _touched));

    public void Touch() => Volatile.Write(ref _touched, time.GetTimestamp());
}
