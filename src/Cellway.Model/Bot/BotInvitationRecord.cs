using Cellway.Model.State;

namespace Cellway.Model.Bot;

/// <summary>A link that makes whoever opens it a user or participant that is there. Its key is a hash of its secret.</summary>
public sealed record BotInvitationRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The user they become.</summary>
    public string? User { get; init; }

    /// <summary>Or the participant.</summary>
    public string? Participant { get; init; }

    /// <summary>From when on it is refused.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
