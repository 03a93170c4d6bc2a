using System.Text;
using Cellway.DataPlane.Cover;
using Cellway.DataPlane.Http1;
using Cellway.DataPlane.Http2.Hpack;

namespace Cellway.DataPlane.Front;

/// <summary>Makes a cover request of an HTTP/2 head.</summary>
internal static class WebRequestHead
{
    /// <param name="headers">The head.</param>
    /// <param name="peer">What is known of the connection.</param>
    /// <param name="isBad">Whether nginx answers it with 400: no host, one that is invalid, or a head that did not fit.</param>
    public static CoverRequest Read(HeaderList headers, Http1Peer peer, out bool isBad)
    {
        var fields = new List<KeyValuePair<string, string>>(headers.Count);
        for (var i = 0; i < headers.Count; i++)
        {
            if (headers.Name(i) is [not (byte)':', ..] name)
            {
                fields.Add(new(Encoding.Latin1.GetString(name), Encoding.Latin1.GetString(headers.Value(i))));
            }
        }

        var host = headers.GetString(":authority"u8) ?? headers.GetString("host"u8);
        var hostName = host is null ? null : HostName.Parse(host);
        isBad = hostName is null || headers.IsTruncated;
        return CoverRequestOf.Of(headers.GetString(":method"u8) ?? "", headers.GetString(":path"u8) ?? "", fields) with
        {
            Host = hostName ?? "",
            Origin = peer.OriginFor(hostName),
        };
    }
}
