namespace Cellway.DataPlane.Mux;

/// <summary>The option bits of a frame; others are ignored (wire.md 3.1).</summary>
[Flags]
internal enum MuxOptions : byte
{
    None = 0,

    /// <summary>A data length and data follow the metadata.</summary>
    Data = 1,

    /// <summary>The sender's side failed; Xray also sets it on plain closes.</summary>
    Error = 2,
}
