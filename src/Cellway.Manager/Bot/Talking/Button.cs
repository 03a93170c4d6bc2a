namespace Cellway.Manager.Bot.Talking;

/// <summary>A button below a message.</summary>
internal sealed record Button
{
    public static readonly TimeSpan Lasting = TimeSpan.FromHours(24);

    private Button(string label) => Label = label;

    public string Label { get; }

    /// <summary>The dialogue that it opens.</summary>
    public string Dialogue { get; private init; } = "";

    public string Argument { get; private init; } = "";

    /// <summary>How long it can be pressed.</summary>
    public TimeSpan Lasts { get; private init; } = Lasting;

    /// <summary>Or a page that it opens.</summary>
    public string? Url { get; private init; }

    /// <summary>Or a text that it copies.</summary>
    public string? Copy { get; private init; }

    public static Button To(string label, string dialogue, string argument = "", TimeSpan? lasts = null) =>
        new(label) { Dialogue = dialogue, Argument = argument, Lasts = lasts ?? Lasting };

    public static Button Open(string label, string url) => new(label) { Url = url };

    public static Button CopyOf(string label, string text) => new(label) { Copy = text };
}
