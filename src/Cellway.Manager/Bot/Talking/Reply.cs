namespace Cellway.Manager.Bot.Talking;

/// <summary>What a person gets to see.</summary>
/// <param name="Html">The text, in Telegram's HTML.</param>
/// <param name="Rows">The buttons below it.</param>
internal sealed record Reply(string Html, params IReadOnlyList<IReadOnlyList<Button>> Rows)
{
    /// <summary>A picture that the text goes below.</summary>
    public byte[]? Photo { get; init; }

    /// <summary>Whether it is a message of its own even after a button: what stood there must stay.</summary>
    public bool IsNew { get; init; }
}
