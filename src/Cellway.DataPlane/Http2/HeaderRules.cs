using System.Buffers;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.DataPlane.Http2;

/// <summary>Which header fields make a message malformed at the HTTP/2 level. What they say is the web server's business.</summary>
internal static class HeaderRules
{
    // As nginx checks them: control characters, space, ':' and upper case never; everything else is its 400 page's concern.
    private static readonly SearchValues<byte> s_badInName = SearchValues.Create(
        [.. Enumerable.Range(0, 0x21).Select(i => (byte)i), 0x7F, (byte)':', .. "ABCDEFGHIJKLMNOPQRSTUVWXYZ"u8]);

    private static readonly SearchValues<byte> s_badInValue = SearchValues.Create(0, (byte)'\r', (byte)'\n');

    /// <summary>Whether every name and value may appear; otherwise the stream is reset with PROTOCOL_ERROR.</summary>
    public static bool AreValid(HeaderList headers)
    {
        for (var i = 0; i < headers.Count; i++)
        {
            var name = headers.Name(i);
            if (name.Length > 0 && name[0] == ':')
            {
                name = name[1..];
            }

            if (name.Length == 0 || name.ContainsAny(s_badInName) || headers.Value(i).ContainsAny(s_badInValue))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether this is a 1xx response.</summary>
    public static bool IsInformational(HeaderList headers) =>
        headers.TryGet(":status"u8, out var status) && status.Length == 3 && status[0] == '1';
}
