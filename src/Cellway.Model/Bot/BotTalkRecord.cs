using Cellway.Model.State;

namespace Cellway.Model.Bot;

/// <summary>A conversation: what was handled last, and what the bot waits for. Its key is a keyed hash of the person's Telegram id.</summary>
public sealed record BotTalkRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The last update of this person that was handled: written in the transaction of its effect.</summary>
    public required int LastUpdate { get; init; }

    /// <summary>When. A day later the record is swept away.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The dialogue that waits for an answer; <see langword="null"/>: none does.</summary>
    public string? Dialogue { get; init; }

    /// <summary>Which of its questions.</summary>
    public string? Step { get; init; }

    /// <summary>Until when it waits.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>What was answered so far, sealed: a JSON object.</summary>
    public byte[]? Words { get; init; }
}
