using System.Globalization;

namespace Cellway.Manager.Bot.Words;

/// <summary>A name as people may write it into others' messages: on one line, and with nothing in it that turns what stands beside it around.</summary>
internal static class OneLine
{
    public static string Of(string text) => string.Join(' ', new string([.. text.Select(c => IsSeen(c) ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static bool IsSeen(char c) =>
        char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
