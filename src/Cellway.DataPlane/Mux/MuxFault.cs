namespace Cellway.DataPlane.Mux;

/// <summary>Why bytes are no frame, which ends the main connection as it does at Xray.</summary>
internal enum MuxFault
{
    None,

    /// <summary>Metadata shorter than 4 or longer than 512 bytes.</summary>
    MetadataLength,
    Status,
    Network,
    AddressKind,
    EmptyHost,
    HostName,

    /// <summary>The metadata ends before what it announces.</summary>
    Truncated,
}
