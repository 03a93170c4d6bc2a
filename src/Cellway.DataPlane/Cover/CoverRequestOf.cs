using Cellway.DataPlane.Http1;

namespace Cellway.DataPlane.Cover;

/// <summary>Makes cover requests of what servers hand over.</summary>
internal static class CoverRequestOf
{
    public static CoverRequest Http1(Http1Request request, Http1Peer peer) =>
        Of(request.Line.Method, request.Line.Target, request.Headers) with
        {
            Origin = peer.OriginFor(request.Host),
            Host = request.Host ?? "",
            From = peer.From,
            IsBare = request.Line.Version == HttpVersion.Http09,
        };

    /// <param name="method">The method.</param>
    /// <param name="target">Path and query, as sent.</param>
    /// <param name="headers">The headers, names in lower case.</param>
    public static CoverRequest Of(string method, string target, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        return new()
        {
            Method = method,
            Target = target,
            Headers = headers,
            UserAgent = Find("user-agent"),
            IfNoneMatch = Find("if-none-match"),
            IfModifiedSince = Find("if-modified-since"),
            IfMatch = Find("if-match"),
            IfUnmodifiedSince = Find("if-unmodified-since"),
            Range = Find("range"),
            IfRange = Find("if-range"),
        };

        string? Find(string name)
        {
            foreach (var (key, value) in headers)
            {
                if (key == name)
                {
                    return value;
                }
            }

            return null;
        }
    }
}
