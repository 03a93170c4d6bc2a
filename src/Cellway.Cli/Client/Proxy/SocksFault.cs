namespace Cellway.Cli.Client.Proxy;

/// <summary>Why bytes are not a SOCKS 5 message that this proxy serves.</summary>
internal enum SocksFault
{
    /// <summary>They are.</summary>
    None,

    /// <summary>Another version than 5.</summary>
    Version,

    /// <summary>The client offers no way to authenticate at all.</summary>
    NoMethods,

    /// <summary>BIND, UDP ASSOCIATE, or a command that RFC 1928 does not have.</summary>
    Command,

    /// <summary>An address type that RFC 1928 does not have.</summary>
    AddressKind,

    /// <summary>The name is empty, or is none.</summary>
    Host,

    /// <summary>Port 0.</summary>
    Port,
}
