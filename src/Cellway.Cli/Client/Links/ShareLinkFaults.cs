namespace Cellway.Cli.Client.Links;

/// <summary>What to tell a person about a <see cref="ShareLinkFault"/>.</summary>
internal static class ShareLinkFaults
{
    /// <summary>A clause to follow "a link was skipped: ". Never a part of the link.</summary>
    public static string Describe(this ShareLinkFault fault) => fault switch
    {
        ShareLinkFault.None => "it can be used",
        ShareLinkFault.NotVless => "it is not a vless:// link",
        ShareLinkFault.Malformed => "it is incomplete",
        ShareLinkFault.BadEscape => "it has a broken %-escape",
        ShareLinkFault.BadId => "its user id is not a UUID",
        ShareLinkFault.BadHost => "its host is neither a name nor an address",
        ShareLinkFault.BadPort => "its port is missing or wrong",
        ShareLinkFault.UnsupportedSecurity => "it does not use TLS (security=tls)",
        ShareLinkFault.UnsupportedTransport => "it does not use gRPC (type=grpc)",
        ShareLinkFault.UnsupportedEncryption => "it wants an encryption that this client does not have",
        ShareLinkFault.UnsupportedFlow => "it wants a flow that this client does not have",
        ShareLinkFault.BadServiceName => "its gRPC service name is missing or not a plain name",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };
}
