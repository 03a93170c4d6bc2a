using System.Globalization;

namespace Cellway.DataPlane.Cover;

/// <param name="First">The first byte.</param>
/// <param name="Last">The last byte.</param>
internal readonly record struct ByteRange(int First, int Last)
{
    /// <summary>No range, one that is not understood, or several at once: the whole file is a valid answer (RFC 9110, 14.2).</summary>
    public static ByteRange Whole { get; } = new(-1, -1);

    /// <summary>A range outside the file.</summary>
    public static ByteRange Unsatisfiable { get; } = new(-2, -2);

    /// <summary>Reads a <c>Range</c> header.</summary>
    public static ByteRange Parse(string? header, int length)
    {
        const string Unit = "bytes=";
        if (header is null || !header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase) || header.Contains(',', StringComparison.Ordinal))
        {
            return Whole;
        }

        var spec = header[Unit.Length..].Trim();
        var dash = spec.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0)
        {
            return Unsatisfiable;
        }

        var from = Number(spec[..dash]);
        var to = Number(spec[(dash + 1)..]);
        return (dash == 0, from, dash == spec.Length - 1, to) switch
        {
            (true, _, false, > 0 and var suffix) when length > 0 => new((int)Math.Max(0, length - suffix), length - 1),
            (false, >= 0 and var first, true, _) when first < length => new((int)first, length - 1),
            (false, >= 0 and var first, false, >= 0 and var last) when first < length && last >= first =>
                new((int)first, (int)Math.Min(last, length - 1)),
            _ => Unsatisfiable,
        };
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
