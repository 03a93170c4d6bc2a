namespace Cellway.Manager.Leadership;

/// <summary>How quickly a replica that has gone is noticed.</summary>
public sealed record LeadershipOptions
{
    /// <summary>How long a replica that says nothing counts as there, and as the leader if it is. Default 9 seconds, so that another leads within 15; whole seconds.</summary>
    public TimeSpan LeaseFor { get; init; } = TimeSpan.FromSeconds(9);
}
