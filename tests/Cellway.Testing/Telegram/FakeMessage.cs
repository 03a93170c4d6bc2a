namespace Cellway.Testing.Telegram;

/// <summary>A message of the bot's, as the chat shows it now.</summary>
/// <param name="Chat">Whose chat.</param>
/// <param name="Id">Its id there.</param>
/// <param name="Text">The text, or the caption of a picture, in Telegram's HTML.</param>
/// <param name="Buttons">The buttons, row by row.</param>
/// <param name="Photo">The picture.</param>
/// <param name="Edited">Whether it stands where another stood.</param>
public sealed record FakeMessage(long Chat, int Id, string Text, IReadOnlyList<IReadOnlyList<FakeButton>> Buttons, byte[]? Photo, bool Edited)
{
    /// <summary>What a person reads: no markup.</summary>
    public string Plain => System.Net.WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Replace(Text, "<[^>]*>", ""));

    public FakeButton? Button(string label) => Buttons.SelectMany(r => r).FirstOrDefault(b => b.Label == label);
}

/// <summary>A button.</summary>
/// <param name="Label">What it says.</param>
/// <param name="Data">What the bot gets when it is pressed.</param>
/// <param name="Url">Or the page it opens.</param>
/// <param name="Copy">Or the text it copies.</param>
public sealed record FakeButton(string Label, string? Data, string? Url, string? Copy);
