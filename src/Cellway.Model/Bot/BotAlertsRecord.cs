using Cellway.Model.State;

namespace Cellway.Model.Bot;

/// <summary>What people have been told of, so that each is told once.</summary>
public sealed record BotAlertsRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>Conditions that were told, and when each was last seen.</summary>
    public required IReadOnlyDictionary<string, DateTimeOffset> Told { get; init; }

    /// <summary>The day of the last digest, in the operators' time.</summary>
    public DateOnly? Digest { get; init; }
}
