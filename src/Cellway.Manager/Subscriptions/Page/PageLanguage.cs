using System.Globalization;

namespace Cellway.Manager.Subscriptions.Page;

/// <summary>Chooses the page's language by Accept-Language (RFC 9110, 12.5.4).</summary>
internal static class PageLanguage
{
    public static PageTexts Of(string acceptLanguage)
    {
        var (best, weight) = (PageTexts.English, 0.0);
        foreach (var item in acceptLanguage.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(32))
        {
            var parts = item.Split(';', StringSplitOptions.TrimEntries);
            var q = parts.Skip(1).FirstOrDefault(p => p.StartsWith("q=", StringComparison.OrdinalIgnoreCase)) is { } text
                && double.TryParse(text.AsSpan(2), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : 1.0;
            var texts = parts[0].Split('-')[0].ToUpperInvariant() switch
            {
                "RU" => PageTexts.Russian,
                "EN" => PageTexts.English,
                _ => null,
            };
            if (texts is not null && q > weight)
            {
                (best, weight) = (texts, q);
            }
        }

        return best;
    }
}
