using Cellway.Model.State;

namespace Cellway.Model.Bot;

/// <summary>A conversation of a person with the operators.</summary>
public sealed record BotThreadRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>Its id; random.</summary>
    public required string Id { get; init; }

    /// <summary>The hash of the person's Telegram id.</summary>
    public required string Person { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When something was written last.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it was closed; a month later it is swept away.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Its last lines, sealed: a JSON array.</summary>
    public required byte[] Words { get; init; }
}
