using Cellway.Model.State;

namespace Cellway.Model.Bot;

/// <summary>A code with which an operator who holds a certificate allows one destructive act in Telegram. Its key is a keyed hash of it.</summary>
public sealed record BotCodeRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The operator whose certificate asked for it.</summary>
    public required string By { get; init; }

    /// <summary>From when on it is refused.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
