namespace Cellway.Cli.Client.Links;

/// <summary>Decodes what <c>encodeURIComponent</c> made.</summary>
internal static class PercentEncoding
{
    /// <summary>The decoded text; a plus sign stays one, as in every importer but one (wire.md 5.1).</summary>
    /// <returns><see langword="false"/> for a <c>%</c> that no two hex digits follow.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, out string decoded)
    {
        for (var i = text.IndexOf('%'); i >= 0 && i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                continue;
            }

            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                decoded = "";
                return false;
            }
        }

        decoded = Uri.UnescapeDataString(text);
        return true;
    }
}
