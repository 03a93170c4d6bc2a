using System.Globalization;
using System.Net;

namespace Cellway.DataPlane.Http1;

/// <summary>The head of a request as it grows line by line, with nginx's rules about single headers.</summary>
internal sealed class Http1Request(RequestLine line)
{
    // Headers that nginx 1.22 refuses to see twice.
    private static readonly HashSet<string> s_unique = new(StringComparer.Ordinal)
    {
        "host", "if-modified-since", "if-unmodified-since", "if-match", "if-none-match", "content-length", "content-range",
        "if-range", "transfer-encoding", "expect", "authorization",
    };

    private readonly List<KeyValuePair<string, string>> _headers = [];

    /// <summary>The first line.</summary>
    public RequestLine Line { get; } = line;

    /// <summary>The headers in the order received, names in lower case; those that nginx ignores are left out.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers => _headers;

    /// <summary>The host, without a port; <see langword="null"/> when none was named.</summary>
    public string? Host { get; private set; } = line.Host is null ? null : HostName.Parse(line.Host);

    /// <summary>The announced length of the body; -1: none announced.</summary>
    public long ContentLength { get; private set; } = -1;

    /// <summary>Whether the body comes in chunks.</summary>
    public bool IsChunked { get; private set; }

    /// <summary>What the client wishes for the connection.</summary>
    public ConnectionWish Wish { get; private set; }

    /// <summary>Whether there is a body to read.</summary>
    public bool HasBody => ContentLength > 0 || IsChunked;

    /// <summary>Whether the client waits for leave to send its body.</summary>
    public bool ExpectsContinue =>
        Line.Version == HttpVersion.Http11 && "100-continue".Equals(this["expect"], StringComparison.OrdinalIgnoreCase);

    /// <summary>The first header of that name.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var (key, value) in _headers)
            {
                if (key == name)
                {
                    return value;
                }
            }

            return null;
        }
    }

    /// <summary>Takes a header.</summary>
    /// <returns>What is wrong with it, or <see langword="null"/>.</returns>
    public Http1Fault? Add(HeaderLine header)
    {
        if (!header.IsPlain)
        {
            return null;
        }

        if (s_unique.Contains(header.Name) && this[header.Name] is not null)
        {
            return new(HttpStatusCode.BadRequest);
        }

        _headers.Add(new(header.Name, header.Value));
        switch (header.Name)
        {
            case "host":
                var host = HostName.Parse(header.Value);
                Host ??= host; // the target's goes first
                return host is null ? new(HttpStatusCode.BadRequest) : null;
            case "connection" when header.Value.Contains("close", StringComparison.OrdinalIgnoreCase):
                Wish = ConnectionWish.Close;
                return null;
            case "connection" when header.Value.Contains("keep-alive", StringComparison.OrdinalIgnoreCase):
                Wish = ConnectionWish.KeepAlive;
                return null;
            default:
                return null;
        }
    }

    /// <summary>All headers are there: checks what needs more than one of them.</summary>
    /// <returns>What is wrong, or <see langword="null"/>.</returns>
    public Http1Fault? Complete()
    {
        if (this["host"] is null && Line.Version == HttpVersion.Http11)
        {
            return new(HttpStatusCode.BadRequest);
        }

        if (this["content-length"] is { } length)
        {
            if (!long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                return new(HttpStatusCode.BadRequest);
            }

            ContentLength = value;
        }

        if (Line.Method is "TRACE" or "CONNECT")
        {
            return new(HttpStatusCode.MethodNotAllowed);
        }

        if (this["transfer-encoding"] is not { } coding)
        {
            return null;
        }

        if (Line.Version != HttpVersion.Http11)
        {
            return new(HttpStatusCode.BadRequest);
        }

        if (!coding.Equals("chunked", StringComparison.OrdinalIgnoreCase))
        {
            return new(HttpStatusCode.NotImplemented);
        }

        if (ContentLength >= 0)
        {
            return new(HttpStatusCode.BadRequest);
        }

        IsChunked = true;
        return null;
    }
}
