namespace Cellway.DataPlane.Vless;

/// <summary>Why a request header cannot become valid however many bytes follow.</summary>
internal enum VlessFault
{
    None,
    Version,
    Addons,

    /// <summary>XTLS flow: not negotiable after the header, so as bad as a wrong id (wire.md 1.3).</summary>
    Flow,
    Command,
    Port,
    AddressKind,
    EmptyHost,
    HostName,
}
