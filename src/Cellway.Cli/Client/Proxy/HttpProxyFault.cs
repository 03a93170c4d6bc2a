namespace Cellway.Cli.Client.Proxy;

/// <summary>Why bytes are not an HTTP request that this proxy serves.</summary>
internal enum HttpProxyFault
{
    /// <summary>They are.</summary>
    None,

    /// <summary>The request line or a header is not built as RFC 9112 says.</summary>
    Malformed,

    /// <summary>The head is longer than <see cref="HttpHead.MaxBytes"/>.</summary>
    TooLarge,

    /// <summary>Another version than 1.0 or 1.1.</summary>
    Version,

    /// <summary>A request for this machine itself: somebody opened the proxy as if it were a web site.</summary>
    NotForAProxy,

    /// <summary>An absolute URL that does not begin with http.</summary>
    Scheme,

    /// <summary>The host or the port is missing or wrong.</summary>
    Destination,

    /// <summary>The length of the body is told in two ways, or wrongly.</summary>
    Framing,
}
