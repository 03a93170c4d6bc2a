using System.Text;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.DataPlane.Front;

/// <summary>Makes a cover request of an HTTP/2 head. What nginx checks in it is what it checks in HTTP/1.</summary>
internal static class WebRequestHead
{
    /// <param name="headers">The head.</param>
    /// <param name="peer">What is known of the connection.</param>
    /// <param name="isBad">Whether nginx answers it with 400: no host, a field twice, one that is invalid, or a head that did not fit.</param>
    public static CoverRequest Read(HeaderList headers, Http1Peer peer, out bool isBad)
    {
        var method = headers.GetString(":method"u8) ?? "";
        var path = headers.GetString(":path"u8) ?? "";
        isBad = headers.IsTruncated || path.Length == 0 || headers.GetString(":scheme"u8) is null or "" || !IsMethod(method);
        var request = new Http1Request(new(method, path, null, HttpVersion.Http11));
        for (var i = 0; i < headers.Count; i++)
        {
            var name = Encoding.Latin1.GetString(headers.Name(i));
            var value = Encoding.Latin1.GetString(headers.Value(i));
            if (name == ":authority")
            {
                isBad |= request.Add(new("host", value, IsPlain: true)) is not null;
            }
            else if (name.StartsWith(':'))
            {
                isBad |= name is not (":method" or ":path" or ":scheme") || Index(headers, headers.Name(i)) != i;
            }
            else
            {
                isBad |= request.Add(new(name, value, name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))) is not null;
            }
        }

        isBad |= request.Complete() is { Status: System.Net.HttpStatusCode.BadRequest };
        return CoverRequestOf.Http1(request, peer);
    }

    private static bool IsMethod(string method) => method.Length > 0 && method.All(c => char.IsAsciiLetterUpper(c) || c is '_' or '-');

    private static int Index(HeaderList headers, ReadOnlySpan<byte> name)
    {
        var i = 0;
        while (!headers.Name(i).SequenceEqual(name))
        {
            i++;
        }

        return i;
    }
}
