namespace Cellway.DataPlane.Cover;

/// <summary>A request for a subscription as it arrived at an Entry.</summary>
public sealed class SubscriptionFetch
{
    /// <summary>The token's text, of the right form but not checked. Secret; never logged.</summary>
    public required string Token { get; init; }

    /// <summary>What stands behind the token in the path, without the slash; empty when nothing does.</summary>
    public string Suffix { get; init; } = "";

    /// <summary>The host part of the request's authority, without a port.</summary>
    public required string Host { get; init; }

    /// <summary>The query without <c>?</c>, as sent; empty when there is none.</summary>
    public required string Query { get; init; }

    /// <summary><c>GET</c> or <c>HEAD</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The request's headers, names in lower case; pseudo headers and cookies are left out.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>Never the values: this type must not reach a log by accident.</summary>
    public override string ToString() => "SubscriptionFetch(…)";
}
