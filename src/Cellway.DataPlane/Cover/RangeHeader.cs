namespace Cellway.DataPlane.Cover;

/// <summary>Reads <c>Range</c> as nginx does, oddities included.</summary>
internal static class RangeHeader
{
    private const string Unit = "bytes=";

    /// <summary>Reads the header.</summary>
    /// <param name="header">The header's value; <see langword="null"/> without one.</param>
    /// <param name="length">The file's length.</param>
    /// <param name="ranges">The ranges asked for; <see langword="null"/> for the whole file.</param>
    /// <returns>Whether the file can satisfy it.</returns>
    public static bool TryParse(string? header, int length, out List<ByteRange>? ranges)
    {
        ranges = null;
        if (header is null || header.Length <= Unit.Length || !header.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var found = new List<ByteRange>();
        long size = 0;
        foreach (var spec in header[Unit.Length..].Split(','))
        {
            if (!TryParseOne(spec.AsSpan().Trim(' '), length, out var start, out var end))
            {
                return false;
            }

            if (start < end)
            {
                found.Add(new((int)start, (int)end));
                size += end - start;
            }
            else if (start == 0)
            {
                return true; // an empty file, or "-0": nginx gives the whole
            }
        }

        // More than the file in pieces would be an attack on us.
        ranges = size > length ? null : found;
        return found.Count > 0;
    }

    private static bool TryParseOne(ReadOnlySpan<char> spec, long length, out long start, out long end)
    {
        start = end = 0;
        var dash = spec.IndexOf('-');
        if (dash < 0)
        {
            return false;
        }

        var last = spec[(dash + 1)..].Trim(' ');
        if (dash == 0)
        {
            if (spec.Length > 1 && spec[1] == ' ' || !TryNumber(last, out var suffix))
            {
                return false;
            }

            (start, end) = (suffix < length ? length - suffix : 0, length);
            return true;
        }

        if (!TryNumber(spec[..dash].Trim(' '), out start))
        {
            return false;
        }

        if (last.IsEmpty)
        {
            end = length;
            return true;
        }

        if (!TryNumber(last, out end))
        {
            return false;
        }

        end = end >= length ? length : end + 1;
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out number);
}
