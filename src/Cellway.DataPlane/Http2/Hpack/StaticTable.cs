using System.Text;

namespace Cellway.DataPlane.Http2.Hpack;

/// <summary>The static header table, RFC 7541 appendix A. Index 1 is the first entry.</summary>
internal static class StaticTable
{
    /// <summary>The number of entries; dynamic entries are numbered from here on.</summary>
    public const int Count = 61;

    private static readonly (byte[] Name, byte[] Value)[] s_entries = Build(
        ":authority", ":method=GET", ":method=POST", ":path=/", ":path=/index.html", ":scheme=http", ":scheme=https",
        ":status=200", ":status=204", ":status=206", ":status=304", ":status=400", ":status=404", ":status=500",
        "accept-charset", "accept-encoding=gzip, deflate", "accept-language", "accept-ranges", "accept",
        "access-control-allow-origin", "age", "allow", "authorization", "cache-control", "content-disposition",
        "content-encoding", "content-language", "content-length", "content-location", "content-range", "content-type",
        "cookie", "date", "etag", "expect", "expires", "from", "host", "if-match", "if-modified-since", "if-none-match",
        "if-range", "if-unmodified-since", "last-modified", "link", "location", "max-forwards", "proxy-authenticate",
        "proxy-authorization", "range", "referer", "refresh", "retry-after", "server", "set-cookie",
        "strict-transport-security", "transfer-encoding", "user-agent", "vary", "via", "www-authenticate");

    /// <summary>The name at <paramref name="index"/>, 1 to <see cref="Count"/>.</summary>
    public static ReadOnlySpan<byte> Name(int index) => s_entries[index - 1].Name;

    /// <summary>The value at <paramref name="index"/>; empty when the entry has a name only.</summary>
    public static ReadOnlySpan<byte> Value(int index) => s_entries[index - 1].Value;

    /// <summary>The lowest index with this name, or 0; <paramref name="exact"/> is the index with this value too, or 0.</summary>
    public static int Find(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, out int exact)
    {
        var found = 0;
        exact = 0;
        for (var i = 0; i < s_entries.Length; i++)
        {
            if (!name.SequenceEqual(s_entries[i].Name))
            {
                continue;
            }

            found = found == 0 ? i + 1 : found;
            if (s_entries[i].Value.Length > 0 && value.SequenceEqual(s_entries[i].Value))
            {
                exact = i + 1;
                break;
            }
        }

        return found;
    }

    private static (byte[], byte[])[] Build(params string[] entries) =>
        [.. entries.Select(entry =>
        {
            var split = entry.IndexOf('=', StringComparison.Ordinal);
            return split < 0
                ? (Encoding.ASCII.GetBytes(entry), Array.Empty<byte>())
                : (Encoding.ASCII.GetBytes(entry[..split]), Encoding.ASCII.GetBytes(entry[(split + 1)..]));
        })];
}
