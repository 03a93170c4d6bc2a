using System.Globalization;

namespace Cellway.Node.Configuration;

/// <summary>How people write lengths of time: <c>90s</c>, <c>30m</c>, <c>72h</c>, <c>2d</c>, <c>0</c>; or <c>01:30:00</c>.</summary>
public static class Durations
{
    private const int MostOfAUnit = 1_000_000;

    /// <summary>Reads one.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        ArgumentNullException.ThrowIfNull(text);
        var unit = text.Length > 1 ? text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        } : TimeSpan.Zero;
        value = TimeSpan.Zero;
        if (unit > TimeSpan.Zero)
        {
            var isNumber = int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MostOfAUnit;
            value = isNumber ? unit * count : TimeSpan.Zero;
            return isNumber;
        }

        return text == "0" || (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value) && value >= TimeSpan.Zero);
    }
}
