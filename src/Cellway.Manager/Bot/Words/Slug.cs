using System.Text;

namespace Cellway.Manager.Bot.Words;

/// <summary>What people call something, as a name of the network's: a–z, 0–9 and hyphens.</summary>
internal static class Slug
{
    private const int Longest = 30;
    private const string Cyrillic = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў";
    private static readonly string[] Latin =
    [
        "a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "sch", "", "y", "", "e", "yu", "ya", "i", "yi", "e", "g", "u",
    ];

    /// <returns>Empty when nothing of it can be kept.</returns>
    public static string Of(string text)
    {
        var slug = new StringBuilder();
        foreach (var c in text.ToLowerInvariant())
        {
            slug.Append(Cyrillic.IndexOf(c, StringComparison.Ordinal) is >= 0 and var at ? Latin[at] : char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c.ToString() : "-");
        }

        var parts = slug.ToString().Split('-', StringSplitOptions.RemoveEmptyEntries);
        var name = string.Join('-', parts);
        return (name.Length <= Longest ? name : name[..Longest]).Trim('-');
    }

    /// <summary>The first of <c>name</c>, <c>name-2</c>, … that is free.</summary>
    public static string Free(string name, Func<string, bool> isTaken) =>
        !isTaken(name) ? name : Enumerable.Range(2, int.MaxValue - 2).Select(n => $"{name}-{n}").First(n => !isTaken(n));
}
