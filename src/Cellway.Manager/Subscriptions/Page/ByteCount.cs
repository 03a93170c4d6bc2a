using System.Globalization;

namespace Cellway.Manager.Subscriptions.Page;

/// <summary>Bytes as people read them.</summary>
internal static class ByteCount
{
    public static string Show(long bytes, PageTexts texts)
    {
        var (value, unit) = ((double)bytes, 0);
        while (value >= 1000 && unit < texts.Units.Count - 1)
        {
            value /= 1000;
            unit++;
        }

        // The program runs without the world's cultures.
        var number = value.ToString(unit == 0 || value >= 100 ? "0" : "0.#", CultureInfo.InvariantCulture).Replace(".", texts.DecimalSeparator, StringComparison.Ordinal);
        return $"{number} {texts.Units[unit]}";
    }
}
