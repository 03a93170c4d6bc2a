using System.Net;

namespace Cellway.DataPlane.Cover;

/// <summary>What the cover site looks at in a request.</summary>
internal sealed record CoverRequest
{
    public required string Method { get; init; }

    /// <summary>The target as sent, with its query.</summary>
    public required string Target { get; init; }

    /// <summary><c>http://</c> or <c>https://</c> and the authority, for redirects.</summary>
    public string Origin { get; init; } = "";

    /// <summary>The host that the client named, without a port; empty when it named none.</summary>
    public string Host { get; init; } = "";

    /// <summary>Who asks.</summary>
    public IPAddress From { get; init; } = IPAddress.None;

    /// <summary>All headers, names in lower case, without pseudo headers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public string? UserAgent { get; init; }

    public string? IfNoneMatch { get; init; }

    public string? IfModifiedSince { get; init; }

    public string? IfMatch { get; init; }

    public string? IfUnmodifiedSince { get; init; }

    public string? Range { get; init; }

    public string? IfRange { get; init; }

    /// <summary>Whether the client knows no headers, and so no ranges: HTTP/0.9.</summary>
    public bool IsBare { get; init; }
}
