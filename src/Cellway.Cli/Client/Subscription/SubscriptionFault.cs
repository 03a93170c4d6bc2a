namespace Cellway.Cli.Client.Subscription;

/// <summary>Why a subscription gave no links.</summary>
internal enum SubscriptionFault
{
    /// <summary>It gave some.</summary>
    None,

    /// <summary>The text is no URL.</summary>
    NotAUrl,

    /// <summary>The URL does not begin with https.</summary>
    NotHttps,

    /// <summary>The host's name cannot be resolved.</summary>
    UnknownHost,

    /// <summary>Nothing listens there.</summary>
    Refused,

    /// <summary>No way leads there.</summary>
    Unreachable,

    /// <summary>Not all of the answer came in time.</summary>
    TimedOut,

    /// <summary>The certificate leads to no trusted root.</summary>
    NotTrusted,

    /// <summary>The certificate is for other names.</summary>
    WrongName,

    /// <summary>The certificate is too old or too new.</summary>
    Expired,

    /// <summary>TLS failed before a certificate was judged.</summary>
    TlsFailed,

    /// <summary>The connection broke, or what came is no HTTP.</summary>
    Broken,

    /// <summary>404, 410, or a web page: what an Entry gives for a token that is not valid.</summary>
    NotFound,

    /// <summary>Another status than 200.</summary>
    BadStatus,

    /// <summary>More redirects than <see cref="SubscriptionFetcher.MaxRedirects"/>.</summary>
    TooManyRedirects,

    /// <summary>A redirect to something other than https.</summary>
    InsecureRedirect,

    /// <summary>More than <see cref="SubscriptionFetcher.MaxBodyBytes"/>.</summary>
    TooLarge,

    /// <summary>The list is empty.</summary>
    Empty,

    /// <summary>There are links, but none for this client.</summary>
    NoUsableLink,
}
