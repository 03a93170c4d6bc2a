using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Cellway.Manager.Subscriptions.Page;

namespace Cellway.Manager.Bot.Words;

/// <summary>What the bot says in one language. Everything that is put into a text is escaped.</summary>
internal sealed partial class BotTexts
{
    private const int MaxLength = 4096; // of a message of Telegram's
    private static readonly string[] RussianSpeaking = ["ru", "be", "uk", "kk", "ky", "uz", "tg", "hy", "az", "tt"];

    private readonly IReadOnlyDictionary<string, string> _texts;
    private readonly PageTexts _page;

    private BotTexts(string language, PageTexts page)
    {
        using var reader = new StreamReader(typeof(BotTexts).Assembly.GetManifestResourceStream($"bot.{language}.txt")!);
        _texts = TextFile.Parse(reader);
        _page = page;
        Language = language;
    }

    public static BotTexts Russian { get; } = new("ru", PageTexts.Russian);

    public static BotTexts English { get; } = new("en", PageTexts.English);

    public string Language { get; }

    public IEnumerable<KeyValuePair<string, string>> All => _texts;

    /// <param name="chosen">What the person wants, if they have said so.</param>
    /// <param name="app">What their app is set to.</param>
    public static BotTexts For(string? chosen, string? app) => (chosen ?? Guess(app)) == "en" ? English : Russian;

    public bool Has(string key) => _texts.ContainsKey(key);

    /// <summary>A label: no markup, nothing put in.</summary>
    public string Label(string key) => _texts[key];

    /// <summary>A text with values in the places of <c>{name}</c>.</summary>
    public string Say(string key, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in values)
        {
            named[name] = value;
        }

        return Say(key, named);
    }

    // In one go: what was put in may look like a place itself.
    public string Say(string key, IReadOnlyDictionary<string, string> values) =>
        Place().Replace(_texts[key], place => values.TryGetValue(place.Groups[1].Value, out var value) ? WebUtility.HtmlEncode(value) : place.Value);

    /// <summary>As many of the lines as a message has room for, and a mark where the others are missing.</summary>
    public static string Join(string head, IEnumerable<string> lines)
    {
        var text = new StringBuilder(head);
        foreach (var line in lines)
        {
            if (text.Length + line.Length > MaxLength - 200)
            {
                text.Append("\n…");
                break;
            }

            text.Append('\n').Append(line);
        }

        return text.ToString();
    }

    public string Bytes(long bytes) => ByteCount.Show(bytes, _page);

    public string Time(DateTimeOffset at) => at.UtcDateTime.ToString(_page.DateFormat, CultureInfo.InvariantCulture);

    public string Span(TimeSpan span) => span switch
    {
        { TotalHours: < 1 } => Say("span.minutes", ("n", ((int)Math.Ceiling(span.TotalMinutes)).ToString(CultureInfo.InvariantCulture))),
        { TotalDays: < 2 } => Say("span.hours", ("n", ((int)span.TotalHours).ToString(CultureInfo.InvariantCulture))),
        _ => Say("span.days", ("n", ((int)span.TotalDays).ToString(CultureInfo.InvariantCulture))),
    };

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Place();

    // Who says nothing is taken for a Russian; whoever says something else reads English more likely.
    private static string Guess(string? app) => app is null || RussianSpeaking.Contains(app.Split('-')[0], StringComparer.OrdinalIgnoreCase) ? "ru" : "en";
}
