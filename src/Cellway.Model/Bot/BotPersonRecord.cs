using Cellway.Model.State;

namespace Cellway.Model.Bot;

/// <summary>A person whom the bot has to remember. Its key is a keyed hash of their Telegram id, which is nowhere else.</summary>
public sealed record BotPersonRecord : IStateRecord
{
    /// <inheritdoc/>
    public int Schema { get; init; } = 1;

    /// <summary><c>ru</c> or <c>en</c>, as they have chosen or as their app said.</summary>
    public string? Language { get; init; }

    /// <summary>The user that they are.</summary>
    public string? User { get; init; }

    /// <summary>The participant that they are.</summary>
    public string? Participant { get; init; }

    /// <summary>The user their trials go by.</summary>
    public string? TrialUser { get; init; }

    /// <summary>How many trials they have had.</summary>
    public int Trials { get; init; }

    /// <summary>Since when they are refused; <see langword="null"/>: they are not.</summary>
    public DateTimeOffset? BannedAt { get; init; }

    /// <summary>Why, sealed.</summary>
    public byte[]? BanReason { get; init; }

    /// <summary>Their newest request.</summary>
    public string? Request { get; init; }

    /// <summary>Their conversation with the operators that is not closed.</summary>
    public string? Thread { get; init; }

    /// <summary>Telegram says that they cannot be written to: they have blocked the bot, or are gone.</summary>
    public bool Unreachable { get; init; }

    /// <summary>Since when they are remembered.</summary>
    public required DateTimeOffset Since { get; init; }
}
