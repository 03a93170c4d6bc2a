using System.Net;

namespace Cellway.DataPlane.Cover;

/// <summary>A whole response, but for <c>server</c>, <c>date</c> and <c>content-length</c>.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">Headers, in the order in which they are sent.</param>
/// <param name="Body">The body; left out in answers to <c>HEAD</c>, and absent in a 304.</param>
internal sealed record CoverAnswer(HttpStatusCode Status, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether it is about a file, so that nginx looked at the request's body before it answered.</summary>
    public bool TakesBody { get; init; }

    /// <summary>Whether a body, and its length, may be sent with this status.</summary>
    public bool HasBody => Status is not (HttpStatusCode.NotModified or HttpStatusCode.NoContent);

    /// <summary>A header.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var (key, value) in Headers)
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
