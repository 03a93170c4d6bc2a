namespace Cellway.DataPlane.Vless;

/// <summary>What a client wants relayed (wire.md 1.4).</summary>
internal enum VlessCommand : byte
{
    /// <summary>A byte stream.</summary>
    Tcp = 1,

    /// <summary>Datagrams to one destination.</summary>
    Udp = 2,

    /// <summary>Mux.Cool or XUDP; the header names no destination.</summary>
    Mux = 3,
}
