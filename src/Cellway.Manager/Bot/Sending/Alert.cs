using Cellway.Manager.Bot.Keeping;

namespace Cellway.Manager.Bot.Sending;

/// <summary>Something that somebody should know.</summary>
/// <param name="Key">The same as long as it is the same thing.</param>
/// <param name="Participant">Whom it concerns; <see langword="null"/>: the operators.</param>
/// <param name="IsUrgent">Whether it wakes people.</param>
/// <param name="Words">What it says.</param>
internal sealed record Alert(string Key, string? Participant, bool IsUrgent, OutboxWords Words)
{
    /// <summary>How long it must have been so.</summary>
    public TimeSpan After { get; init; }
}
