namespace Cellway.DataPlane.Mux;

/// <summary>What a session carries (wire.md 3.1).</summary>
internal enum MuxNetwork : byte
{
    /// <summary>The frame does not say.</summary>
    None = 0,
    Tcp = 1,
    Udp = 2,
}
