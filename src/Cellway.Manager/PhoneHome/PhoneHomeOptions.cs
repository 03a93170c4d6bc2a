namespace Cellway.Manager.PhoneHome;

/// <summary>Limits of phone-home.</summary>
public sealed record PhoneHomeOptions
{
    /// <summary>How long after its last heartbeat a node counts as offline. Default 30 seconds, three heartbeats; whole seconds.</summary>
    public TimeSpan OfflineAfter { get; init; } = TimeSpan.FromSeconds(30);
}
