using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Cellway.Manager.Bot.Words;

namespace Cellway.Tests.Manager.Bot;

public sealed partial class BotTextsTests
{
    [Fact]
    public void Languages_HaveTheSameKeys() => Assert.Equal(
        BotTexts.Russian.All.Select(t => t.Key).Order(StringComparer.Ordinal),
        BotTexts.English.All.Select(t => t.Key).Order(StringComparer.Ordinal));

    [Fact]
    public void Languages_HaveTheSamePlaceholders()
    {
        var english = BotTexts.English.All.ToDictionary();

        Assert.Empty(BotTexts.Russian.All.Where(t => PlaceholdersOf(t.Value) != PlaceholdersOf(english[t.Key])).Select(t => t.Key));
    }

    [Fact]
    public void Texts_OfBothLanguages_AreWhatTelegramTakes()
    {
        List<string> wrong = [];
        foreach (var (key, text) in BotTexts.Russian.All.Concat(BotTexts.English.All))
        {
            try
            {
                var names = XElement.Parse($"<m>{text}</m>").Descendants().Select(e => e.Name.LocalName);
                if (names.Except(["b", "i", "code", "pre"]).Any() || text.Trim() != text.TrimStart() || text.Length > 3000)
                {
                    wrong.Add(key);
                }
            }
            catch (System.Xml.XmlException)
            {
                wrong.Add(key);
            }
        }

        Assert.Empty(wrong);
    }

    /// <summary>A text that nothing says, or a key that is none, would be found by a person otherwise.</summary>
    [Fact]
    public void Keys_ComparedWithTheProgram_AreAllUsedAndAllThere()
    {
        using var image = new PEReader(File.OpenRead(typeof(BotTexts).Assembly.Location));
        var metadata = image.GetMetadataReader();
        HashSet<string> literals = new(StringComparer.Ordinal);
        for (var handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = metadata.GetNextHandle(handle))
        {
            literals.Add(metadata.GetUserString(handle));
        }

        var keys = BotTexts.Russian.All.Select(t => t.Key).ToHashSet(StringComparer.Ordinal);
        var roots = keys.Select(k => k.Split('.')[0]).ToHashSet(StringComparer.Ordinal);

        Assert.DoesNotContain(keys, k => !literals.Contains(k) && !k.StartsWith("help.", StringComparison.Ordinal));
        Assert.DoesNotContain(literals, l => Key().IsMatch(l) && roots.Contains(l.Split('.')[0]) && !keys.Contains(l));
    }

    [Fact]
    public void Say_SomethingWithMarkup_IsEscaped() =>
        Assert.Contains("&lt;b&gt;&amp;", BotTexts.English.Say("start.member", ("name", "<b>&"), ("network", "n")), StringComparison.Ordinal);

    /// <summary>Whoever calls themselves “{network}” is called that.</summary>
    [Fact]
    public void Say_SomethingThatLooksLikeAPlace_IsPutInAsItIs()
    {
        var text = BotTexts.English.Say("start.member", ("name", "{network}"), ("network", "Secret"));

        Assert.Contains("<b>{network}</b>", text, StringComparison.Ordinal);
        Assert.Contains("<b>Secret</b>", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bob", "Bob")]
    [InlineData(" Боб\nи Ева\r\n", "Боб и Ева")]
    [InlineData("a\u202Eb\u2028c\u0000d", "a b c d")]
    [InlineData("\u200B\n", "")]
    public void OneLine_OfWhatPeopleCallThemselves_TurnsNothingAround(string text, string expected) => Assert.Equal(expected, OneLine.Of(text));

    [Theory]
    [InlineData(null, "ru")]
    [InlineData("ru", "ru")]
    [InlineData("uk", "ru")]
    [InlineData("en-GB", "en")]
    [InlineData("fa", "en")]
    public void For_AnAppsLanguage_IsRussianOrEnglish(string? app, string expected) => Assert.Equal(expected, BotTexts.For(null, app).Language);

    [Fact]
    public void Join_MoreThanAMessageHolds_SaysSoAndFits()
    {
        var text = BotTexts.Join("head", Enumerable.Repeat(new string('x', 100), 100));

        Assert.True(text.Length <= 4096);
        Assert.EndsWith("…", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Мой телефон", "moy-telefon")]
    [InlineData("  iPhone 15 Pro! ", "iphone-15-pro")]
    [InlineData("щука", "schuka")]
    [InlineData("🙂", "")]
    public void Slug_OfWhatPeopleWrite_IsAName(string text, string expected) => Assert.Equal(expected, Slug.Of(text));

    private static string PlaceholdersOf(string text) => string.Join(' ', Placeholder().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\{[a-z]+\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^[a-z]+(\.[a-z-]+)+$")]
    private static partial Regex Key();
}
