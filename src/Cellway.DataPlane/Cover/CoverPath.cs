using System.Text;

namespace Cellway.DataPlane.Cover;

/// <summary>Normalises a request target as nginx does: decode, merge slashes, resolve dots.</summary>
internal static class CoverPath
{
    /// <returns><see langword="null"/> for a bad request: not a path, bad escapes, or above the root.</returns>
    public static string? Normalise(string target)
    {
        var end = target.AsSpan().IndexOfAny('?', '#');
        var raw = end < 0 ? target : target[..end];
        if (!raw.StartsWith('/'))
        {
            return null;
        }

        if (Decode(raw) is not { } decoded)
        {
            return null;
        }

        var kept = new List<string>();
        var segments = decoded.Split('/');
        foreach (var segment in segments)
        {
            switch (segment)
            {
                case "" or ".":
                    break;
                case "..":
                    if (kept.Count == 0)
                    {
                        return null;
                    }

                    kept.RemoveAt(kept.Count - 1);
                    break;
                default:
                    kept.Add(segment);
                    break;
            }
        }

        return "/" + string.Join('/', kept) + (kept.Count > 0 && segments[^1] is "" or "." or ".." ? "/" : "");
    }

    private static string? Decode(string raw)
    {
        if (!raw.Contains('%', StringComparison.Ordinal))
        {
            return raw;
        }

        var bytes = new List<byte>(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '%')
            {
                bytes.Add((byte)raw[i]);
                continue;
            }

            if (i + 2 >= raw.Length || !char.IsAsciiHexDigit(raw[i + 1]) || !char.IsAsciiHexDigit(raw[i + 2]))
            {
                return null;
            }

            var value = Convert.FromHexString(raw.AsSpan(i + 1, 2))[0];
            if (value == 0)
            {
                return null;
            }

            bytes.Add(value);
            i += 2;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
