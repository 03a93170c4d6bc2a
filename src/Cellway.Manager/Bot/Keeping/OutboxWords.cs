namespace Cellway.Manager.Bot.Keeping;

/// <summary>A message that waits: in no language yet, because that is the reader's matter.</summary>
internal sealed record OutboxWords
{
    /// <summary>The text's key.</summary>
    public required string Text { get; init; }

    /// <summary>What goes into it.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<IReadOnlyList<OutboxButton>> Rows { get; init; } = [];
}

/// <summary>A button of it.</summary>
/// <param name="Label">The label's key.</param>
/// <param name="Dialogue">What it opens.</param>
/// <param name="Argument">And with what.</param>
internal sealed record OutboxButton(string Label, string Dialogue, string Argument);
