using System.Globalization;
using Cellway.Model.Contracts;

namespace Cellway.Manager.Subscriptions.Rendering;

/// <summary>Which compression a client takes.</summary>
internal static class Codings
{
    /// <summary>What fits into one packet anyway gains nothing.</summary>
    public const int MinBytes = 1200;

    public static ContentCoding Choose(ReadOnlySpan<char> acceptEncoding, int bytes) =>
        bytes < MinBytes ? ContentCoding.Identity
        : Accepts(acceptEncoding, "br") ? ContentCoding.Brotli
        : Accepts(acceptEncoding, "gzip") ? ContentCoding.Gzip
        : ContentCoding.Identity;

    private static bool Accepts(ReadOnlySpan<char> header, ReadOnlySpan<char> coding)
    {
        foreach (var range in header.Split(','))
        {
            var item = header[range].Trim();
            var end = item.IndexOf(';');
            if (item[..(end < 0 ? item.Length : end)].TrimEnd().Equals(coding, StringComparison.OrdinalIgnoreCase))
            {
                return end < 0 || !IsZero(item[(end + 1)..]);
            }
        }

        return false;
    }

    private static bool IsZero(ReadOnlySpan<char> weight) =>
        weight.Trim() is var text && text.StartsWith("q=", StringComparison.OrdinalIgnoreCase)
        && double.TryParse(text[2..], NumberStyles.Float, CultureInfo.InvariantCulture, out var q) && q <= 0;
}
