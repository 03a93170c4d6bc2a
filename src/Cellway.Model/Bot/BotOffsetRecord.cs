using Cellway.Model.State;

namespace Cellway.Model.Bot;

/// <summary>How far the bot has handled what Telegram has for it.</summary>
public sealed record BotOffsetRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary>The first update that may not have been handled.</summary>
    public required int Next { get; init; }

    /// <summary>The bot's name in Telegram, so that every replica can make links to it.</summary>
    public string? Bot { get; init; }

    /// <summary>When that was written. After a week without updates Telegram numbers them anew, from anywhere.</summary>
    public required DateTimeOffset At { get; init; }
}
