namespace Cellway.Manager.Bot.Keeping;

/// <summary>A line of a conversation with the operators.</summary>
/// <param name="At">When.</param>
/// <param name="By">The operator's name; <see langword="null"/>: the person's own.</param>
/// <param name="Text">What.</param>
internal sealed record ThreadLine(DateTimeOffset At, string? By, string Text);
