using Cellway.Model.State;

namespace Cellway.Model.Bot;

/// <summary>A message that is to be sent to a person who has not just written: it waits here until it is.</summary>
public sealed record BotMessageRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>Its id; ids are in the order of sending.</summary>
    public required string Id { get; init; }

    /// <summary>The hash of the person's Telegram id.</summary>
    public required string To { get; init; }

    /// <summary>What it says, sealed: a JSON object.</summary>
    public required byte[] Words { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>It is not sent before; <see langword="null"/>: at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }
}
