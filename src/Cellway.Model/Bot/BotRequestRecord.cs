using Cellway.Model.Identities;
using Cellway.Model.State;

namespace Cellway.Model.Bot;

/// <summary>A request that an operator decides.</summary>
public sealed record BotRequestRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>Its id; random.</summary>
    public required string Id { get; init; }

    /// <summary>Who asks: the hash of their Telegram id.</summary>
    public required string Person { get; init; }

    /// <summary>For what.</summary>
    public required BotRequestKind Kind { get; init; }

    /// <summary>Where it stands.</summary>
    public required BotRequestState State { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it was decided.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>The operator who decided.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>What the person, and the operator who refused, have written, sealed: a JSON object.</summary>
    public byte[]? Words { get; init; }

    /// <summary>Join tokens: what the node is to be.</summary>
    public Role? Role { get; init; }

    /// <summary>Join tokens: the cell it is to join.</summary>
    public string? Cell { get; init; }

    /// <summary>Join tokens: the one that was made last.</summary>
    public string? Token { get; init; }
}
