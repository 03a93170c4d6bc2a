namespace Cellway.DataPlane.Http2.Frames;

/// <summary>Frame flags. Some bits mean different things on different types.</summary>
[Flags]
internal enum FrameFlags : byte
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>DATA, HEADERS: the sender's last frame on the stream.</summary>
    EndStream = 0x1,

    /// <summary>SETTINGS, PING: acknowledgement.</summary>
    Ack = EndStream,

    /// <summary>HEADERS, CONTINUATION: the block is complete.</summary>
    EndHeaders = 0x4,

    /// <summary>DATA, HEADERS: a pad length byte leads, padding trails.</summary>
    Padded = 0x8,

    /// <summary>HEADERS: five bytes of priority lead.</summary>
    Priority = 0x20,
}
