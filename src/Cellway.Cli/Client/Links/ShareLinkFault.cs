namespace Cellway.Cli.Client.Links;

/// <summary>Why a line of a subscription cannot be used.</summary>
internal enum ShareLinkFault
{
    /// <summary>It can be used.</summary>
    None,

    /// <summary>Another protocol, or no link at all.</summary>
    NotVless,

    /// <summary>A link that is not built as wire.md 5.1 says.</summary>
    Malformed,

    /// <summary>A <c>%</c> that is not followed by two hex digits.</summary>
    BadEscape,

    /// <summary>The user id is neither a UUID nor a short text (wire.md 1.2).</summary>
    BadId,

    /// <summary>The host is neither a name nor an address.</summary>
    BadHost,

    /// <summary>The port is missing, or not from 1 to 65535.</summary>
    BadPort,

    /// <summary>Not <c>security=tls</c>.</summary>
    UnsupportedSecurity,

    /// <summary>Not <c>type=grpc</c>.</summary>
    UnsupportedTransport,

    /// <summary>Something other than <c>encryption=none</c>.</summary>
    UnsupportedEncryption,

    /// <summary>A <c>flow</c>, which only raw TCP has.</summary>
    UnsupportedFlow,

    /// <summary>The gRPC service name is missing, or is a custom path.</summary>
    BadServiceName,
}
