namespace Cellway.Testing.Telegram;

/// <summary>How the server fails the next calls of a method.</summary>
/// <param name="Method">Which; <see langword="null"/>: any but getUpdates.</param>
/// <param name="Status">The HTTP status and error code.</param>
/// <param name="Description">What it says.</param>
/// <param name="RetryAfter">Seconds to wait, with 429.</param>
/// <param name="AfterTaking">Whether it does what was asked all the same: the answer is what is lost.</param>
/// <param name="Unanswered">Whether it says nothing at all, for as long as it is waited for.</param>
public sealed record FakeFault(string? Method, int Status, string Description, int? RetryAfter = null, bool AfterTaking = false, bool Unanswered = false);
