namespace Cellway.Manager.PhoneHome;

/// <summary>Limits of phone-home.</summary>
public sealed record PhoneHomeOptions
{
    /// <summary>How long after its last heartbeat a node counts as offline, and after the death of its replica when it has not come up elsewhere. Default 30 seconds, three heartbeats; whole seconds.</summary>
    public TimeSpan OfflineAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Over how long a replica that stops sends its nodes to the others. Default 5 seconds: 10,000 nodes are 2,000 handshakes a second.</summary>
    public TimeSpan DrainOver { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long it then waits for those that have not gone. Default 3 seconds.</summary>
    public TimeSpan DrainWithin { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Everything that is wrong with them, a line each.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        if (OfflineAfter < TimeSpan.FromSeconds(2) || OfflineAfter > TimeSpan.FromMinutes(10) || OfflineAfter.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            errors.Add($"{nameof(OfflineAfter)} is {OfflineAfter}: use 2 seconds to 10 minutes, in whole seconds; nodes say something every 10.");
        }

        foreach (var (name, value) in new[] { (nameof(DrainOver), DrainOver), (nameof(DrainWithin), DrainWithin) })
        {
            if (value < TimeSpan.Zero || value > TimeSpan.FromMinutes(1))
            {
                errors.Add($"{name} is {value}: use 0 to 1 minute.");
            }
        }

        return errors;
    }
}
