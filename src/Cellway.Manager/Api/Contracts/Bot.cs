namespace Cellway.Manager.Api;

/// <summary>An invitation to the Telegram bot; exactly one of these.</summary>
/// <param name="User">Whoever opens it is this user.</param>
/// <param name="Participant">Whoever opens it is this participant.</param>
public sealed record NewBotInvitation(string? User = null, string? Participant = null);

/// <summary>An invitation, shown once.</summary>
/// <param name="Command">What to send to the bot.</param>
/// <param name="Link">The same as a link; null while no bot has ever run.</param>
/// <param name="ExpiresAt">From when on it is refused.</param>
public sealed record BotInvitation(string Command, string? Link, DateTimeOffset ExpiresAt);

/// <summary>A code that allows one destructive act in Telegram.</summary>
/// <param name="Code">The code.</param>
/// <param name="ExpiresAt">From when on it is refused.</param>
public sealed record BotCode(string Code, DateTimeOffset ExpiresAt);
