using System.CommandLine.Parsing;
using System.Globalization;

namespace Cellway.Cli.Commands;

/// <summary>How people write lengths of time: <c>90s</c>, <c>30m</c>, <c>72h</c>, <c>2d</c>, <c>0</c>; or <c>01:30:00</c>.</summary>
internal static class Durations
{
    /// <summary>For an option's <c>CustomParser</c>.</summary>
    public static TimeSpan? Read(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (TryParse(text, out var value))
        {
            return value;
        }

        result.AddError($"“{text}” is not a length of time: write it like 90s, 30m, 72h, 2d or 0.");
        return null;
    }

    public static bool TryParse(string text, out TimeSpan value)
    {
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
            var isNumber = int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 1_000_000;
            value = isNumber ? unit * count : TimeSpan.Zero;
            return isNumber;
        }

        return text == "0" || (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value) && value >= TimeSpan.Zero);
    }
}
