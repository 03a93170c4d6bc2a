using System.Globalization;

namespace Cellway.Cli.Client.Proxy;

/// <summary>How the end of a request's body is found (RFC 9112, section 6).</summary>
/// <param name="IsChunked">By its chunks.</param>
/// <param name="Bytes">Else by its length.</param>
internal readonly record struct HttpBodyLength(bool IsChunked, long Bytes)
{
    /// <summary>There is no body.</summary>
    public static HttpBodyLength None => default;

    /// <summary>Reads it from a request's headers.</summary>
    /// <returns><see langword="false"/> when two readers could find two ends, which is how requests are smuggled.</returns>
    public static bool TryRead(HttpHead head, out HttpBodyLength length)
    {
        length = None;
        var encodings = head.Values("Transfer-Encoding").ToList();
        var lengths = head.Values("Content-Length").ToList();
        if (encodings.Count > 0)
        {
            length = new(IsChunked: true, 0);
            return encodings.Count == 1 && lengths.Count == 0 && encodings[0].Equals("chunked", StringComparison.OrdinalIgnoreCase);
        }

        if (lengths.Count == 0)
        {
            return true;
        }

        var isNumber = long.TryParse(lengths[0], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes);
        length = new(IsChunked: false, bytes);
        return isNumber && lengths.Count == 1;
    }
}
