namespace Cellway.DataPlane.Mux;

/// <summary>What a frame says of its session (wire.md 3.2).</summary>
internal enum MuxStatus : byte
{
    New = 1,
    Keep = 2,
    End = 3,
    KeepAlive = 4,
}
