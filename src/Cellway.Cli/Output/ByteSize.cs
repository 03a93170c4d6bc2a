using System.Globalization;

namespace Cellway.Cli.Output;

/// <summary>Numbers of bytes as people write and read them: decimal units, a thousand each, as disks and providers count.</summary>
internal static class ByteSize
{
    private static readonly (string Unit, double Bytes)[] Units =
    [
        ("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3),
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("Gbit", 1e9 / 8), ("Mbit", 1e6 / 8), ("kbit", 1e3 / 8),
        ("B", 1),
    ];

    /// <summary>Reads <c>50GB</c>, <c>1.5 TB</c>, <c>512MiB</c>, <c>80Mbit</c> or a plain number of bytes; <c>none</c> is 0.</summary>
    /// <param name="text">What a person wrote.</param>
    /// <param name="option">Where, for the message.</param>
    /// <exception cref="CliException">It is no number of bytes that a limit could be.</exception>
    public static long ParseLimit(string text, string option)
    {
        if (text.Trim() is "none")
        {
            return 0;
        }

        return Parse(text) switch
        {
            null => throw new CliException($"{option}: “{text}” is not a number of bytes: write it like 50GB, 800MB or 80Mbit, or none for no limit."),
            0 => throw new CliException($"{option}: a limit of nothing would admit nothing: write none for no limit, or disable what should not be used."),
            { } bytes => bytes,
        };
    }

    /// <summary>Reads the same; <c>none</c> and <c>0</c> are both 0.</summary>
    /// <exception cref="CliException">It is no number of bytes.</exception>
    public static long ParseAmount(string text, string option) => text.Trim() is "none" ? 0
        : Parse(text) ?? throw new CliException($"{option}: “{text}” is not a number of bytes: write it like 500GB or 2TB, or none.");

    /// <summary>Writes three digits and a unit: <c>1.23 GB</c>. Rounded half away from zero; below 1,000 exact.</summary>
    public static string Format(long bytes)
    {
        foreach (var (unit, size) in Units.AsSpan()[..4])
        {
            // What would round to a thousand of a unit is one of the next.
            if (bytes >= size * 0.9995 && bytes >= 1000)
            {
                var value = bytes / size;
                return string.Create(CultureInfo.InvariantCulture, $"{value.ToString(value < 9.995 ? "0.00" : value < 99.95 ? "0.0" : "0", CultureInfo.InvariantCulture)} {unit}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
    }

    private static long? Parse(string text)
    {
        var trimmed = text.Trim();
        var (unit, size) = Units.FirstOrDefault(u => trimmed.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase), ("", 1));
        var number = trimmed[..^unit.Length].TrimEnd();
        return decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value * (decimal)size <= long.MaxValue
            ? (long)(value * (decimal)size)
            : null;
    }
}
